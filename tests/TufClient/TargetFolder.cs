using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using Client = LaiChau.Distribution.Trust.TufClient;

namespace LaiChau.TufClient;

/// <summary>Verified targets, each under its percent-encoded path.</summary>
internal sealed class TargetFolder(string folder)
{
    /// <summary>Downloads a target, unless it is here already.</summary>
    public async Task Bring(TrustedTarget target, IMirror mirror, CancellationToken ct)
    {
        // A name of dots alone would be a folder.
        var file = Path.Combine(
            folder,
            Uri.EscapeDataString(target.Path).Replace("..", "%2E%2E", StringComparison.Ordinal)
        );
        if (await IsHere(target, file, ct))
        {
            return;
        }
        var draft = Path.Combine(folder, $".{Guid.CreateVersion7():N}");
        try
        {
            await using (var content = File.Create(draft))
            {
                await Client.Download(target, mirror, content, ct);
            }
            File.Move(draft, file, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static async Task<bool> IsHere(TrustedTarget target, string file, CancellationToken ct)
    {
        try
        {
            await Client.Download(target, new OneFile(file), Stream.Null, ct);
            return true;
        }
        catch (TufException)
        {
            return false;
        }
    }

    /// <summary>The same checks for a file that is here as for one that comes.</summary>
    private sealed class OneFile(string file) : IMirror
    {
        public Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct) =>
            Task.FromResult<byte[]?>(null);

        public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
            Task.FromResult<Stream?>(File.Exists(file) ? File.OpenRead(file) : null);
    }
}
