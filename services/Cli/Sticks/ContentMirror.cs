using System.Net;
using System.Net.Http.Headers;
using LaiChau.Distribution;

namespace LaiChau.Cli.Sticks;

/// <summary>The distribution plane behind the public door, as any point reads it: without an account.</summary>
internal sealed class ContentMirror(HttpClient http) : IMirror
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
    {
        await using var stream = await OpenContent(PlaneLayout.MetadataPath(name), range: null, ct);
        if (stream is null)
        {
            return null;
        }
        var bytes = new byte[maxLength + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        return bytes[..length];
    }

    public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"content/{path}");
        if (range is { } wanted)
        {
            request.Headers.Range = new RangeHeaderValue(wanted.Offset, wanted.End - 1);
        }
        var response = await Send(request, ct);
        try
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
            {
                response.Dispose();
                return null;
            }
            response.EnsureSuccessStatusCode();
            if (range is { Offset: > 0 } asked && response.Content.Headers.ContentRange?.From != asked.Offset)
            {
                throw new HttpRequestException($"{path}: the server does not go on at byte {asked.Offset}.");
            }
            return new LinkStream(await response.Content.ReadAsStreamAsync(ct), Patience, response);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException($"{request.RequestUri} did not answer within {Patience}.", late);
        }
    }
}
