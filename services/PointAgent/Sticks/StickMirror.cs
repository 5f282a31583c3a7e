using LaiChau.Distribution;
using LaiChau.PointAgent.Pull;

namespace LaiChau.PointAgent.Sticks;

/// <summary>A stick's plane, and how much of it was read.</summary>
internal sealed class StickMirror(Stick stick, AgentOptions options, TrafficMeter meter) : IMirror
{
    private readonly FolderMirror _plane = new(stick.Folder);

    public Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct) =>
        _plane.FetchMetadata(name, maxLength, ct);

    public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
        await _plane.OpenContent(path, range, ct) is { } file
            ? new PatientStream(file, options.Stall, meter, owner: null)
            : null;
}
