using System.Globalization;
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
    /// <summary>Its name in a log.</summary>
    public Uri Where => options.Content;

    private const string Timestamp = "timestamp.json";
    private EntityTagHeaderValue? _timestampTag;
    private byte[]? _timestamp;
    private int _timestampLimit;
    private bool _isJustFetched;

    /// <summary>
    /// Asks for the timestamp that follows the one known, to be answered when it is there or after so long (<c>Prefer: wait</c>, RFC 7240). The next call for
    /// it gives what came.
    /// </summary>
    /// <returns>How long the server would have waited; null: it does not, or nothing is known yet.</returns>
    public async Task<TimeSpan?> AwaitTimestamp(TimeSpan hold, CancellationToken ct)
    {
        if (_timestamp is null)
            return null;
        using var request = Get(PlaneLayout.MetadataPath(Timestamp));
        request.Headers.IfNoneMatch.Add(_timestampTag!);
        request.Headers.Add("Prefer", $"wait={(long)hold.TotalSeconds}");
        using var answer = await Send(request, ct, hold);
        _isJustFetched =
            answer.StatusCode == HttpStatusCode.NotModified
            || (
                answer.StatusCode == HttpStatusCode.OK
                && await ReadSmall(Timestamp, answer, _timestampLimit, ct) == _timestamp
            );
        return
            answer.Headers.TryGetValues("Preference-Applied", out var applied)
            && applied.First() is ['w', 'a', 'i', 't', '=', .. var seconds]
            && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var promised)
            ? TimeSpan.FromSeconds(promised)
            : null;
    }

    public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
    {
        var conditional = name == Timestamp && _timestamp is not null;
        if (conditional && _isJustFetched)
        {
            _isJustFetched = false;
            return _timestamp;
        }
        using var request = Get(PlaneLayout.MetadataPath(name));
        if (conditional)
            request.Headers.IfNoneMatch.Add(_timestampTag!);
        using var answer = await Send(request, ct);
        if (conditional && answer.StatusCode == HttpStatusCode.NotModified)
            return _timestamp;
        if (IsAbsent(answer))
            return null;
        return await ReadSmall(name, answer, maxLength, ct);
    }

    private async Task<byte[]> ReadSmall(string name, HttpResponseMessage answer, int maxLength, CancellationToken ct)
    {
        answer.EnsureSuccessStatusCode();
        await using var stream = new PatientStream(
            await answer.Content.ReadAsStreamAsync(ct),
            options.Stall,
            meter,
            null
        );
        var bytes = await ReadAtMost(stream, maxLength + 1, ct);
        if (name == Timestamp && answer.Headers.ETag is { } tag && bytes.Length <= maxLength)
            (_timestampTag, _timestamp, _timestampLimit) = (tag, bytes, maxLength);
        return bytes;
    }

    public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct)
    {
        using var request = Get(path);
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
            throw new WrongAnswerException(
                $"Asked for bytes {asked.Offset}-{asked.End - 1}, answered {(int)answer.StatusCode} {given}."
            );
    }

    private HttpRequestMessage Get(string path) =>
        new(HttpMethod.Get, new Uri(options.Content, path)) { Version = HttpVersion.Version20 };

    private async Task<HttpResponseMessage> Send(
        HttpRequestMessage request,
        CancellationToken ct,
        TimeSpan hold = default
    )
    {
        meter.CountRequest();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(options.Stall + hold);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException(
                $"{request.RequestUri} did not answer within {options.Stall + hold}.",
                error
            );
        }
    }

    private static bool IsAbsent(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden;

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
