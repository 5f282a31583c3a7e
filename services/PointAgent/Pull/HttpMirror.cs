using System.Net;
using System.Net.Http.Headers;
using LaiChau.Distribution;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// The distribution plane behind an address. Requests carry no identity, so that any cache on the way may answer them. A
/// transfer ends by making no progress, never by taking long.
/// </summary>
internal sealed class HttpMirror(HttpClient http, AgentOptions options, TrafficMeter meter) : IMirror
{
    private EntityTagHeaderValue? _timestampTag;
    private byte[]? _timestamp;

    public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
    {
        var conditional = name == "timestamp.json" && _timestamp is not null;
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(PlaneLayout.MetadataPath(name)));
        if (conditional)
            request.Headers.IfNoneMatch.Add(_timestampTag!);
        using var answer = await Send(request, ct);
        if (conditional && answer.StatusCode == HttpStatusCode.NotModified)
            return _timestamp;
        if (IsAbsent(answer))
            return null;
        answer.EnsureSuccessStatusCode();
        await using var stream = new PatientStream(
            await answer.Content.ReadAsStreamAsync(ct),
            options.Stall,
            meter,
            null
        );
        var bytes = await ReadAtMost(stream, maxLength + 1, ct);
        if (name == "timestamp.json" && answer.Headers.ETag is { } tag && bytes.Length <= maxLength)
            (_timestampTag, _timestamp) = (tag, bytes);
        return bytes;
    }

    public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        if (range is { } wanted)
            request.Headers.Range = new RangeHeaderValue(wanted.Offset, wanted.End - 1);
        var answer = await Send(request, ct);
        try
        {
            if (IsAbsent(answer))
            {
                answer.Dispose();
                return null;
            }
            answer.EnsureSuccessStatusCode();
            if (range is { } asked)
                RequireRange(answer, asked);
            return new PatientStream(await answer.Content.ReadAsStreamAsync(ct), options.Stall, meter, answer);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A mirror may ignore a range and send the whole (200): from the first byte on that is as good, since reading ends where the
    /// range does; from the middle it would cost all bytes before, and is refused before any is read.
    /// </summary>
    private static void RequireRange(HttpResponseMessage answer, ByteRange asked)
    {
        if (answer.StatusCode == HttpStatusCode.OK && asked.Offset == 0)
            return;
        var given = answer.Content.Headers.ContentRange;
        if (
            answer.StatusCode != HttpStatusCode.PartialContent
            || given is not { From: { } from, To: { } to }
            || from != asked.Offset
            || to != asked.End - 1
        )
            throw new HttpRequestException(
                $"Asked for bytes {asked.Offset}-{asked.End - 1}, answered {(int)answer.StatusCode} {given}."
            );
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken ct)
    {
        meter.CountRequest();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(options.Stall);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException($"{request.RequestUri} did not answer within {options.Stall}.", error);
        }
    }

    private static bool IsAbsent(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden;

    private Uri Address(string path) => new(options.Content, path);

    private static async Task<byte[]> ReadAtMost(Stream stream, int limit, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[8192];
        while (bytes.Length < limit)
        {
            var room = (int)Math.Min(buffer.Length, limit - bytes.Length);
            var read = await stream.ReadAsync(buffer.AsMemory(0, room), ct);
            if (read == 0)
                break;
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }
}
