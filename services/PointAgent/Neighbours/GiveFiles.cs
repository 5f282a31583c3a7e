using System.Text.Json;
using LaiChau.PointAgent.Library;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>
/// Answers points next door: what is on the shelf goes to who knows its hash, so slowly that the portal does not feel it, and ends when it leaves the shelf.
/// </summary>
internal sealed class GiveFiles(
    Neighbourhood neighbourhood,
    Holdings holdings,
    Turns turns,
    Shelf shelf,
    FileStore store,
    TimeProvider time,
    ILogger<GiveFiles> log
) : IHttpApplication<HttpContext>, IDisposable
{
    public const int MostTransfers = 8;

    /// <summary>Of all transfers together: two thirds of a LAN of 100 Mbit/s.</summary>
    private const double BytesPerSecond = 8 * 1024 * 1024;
    private readonly SemaphoreSlim _transfers = new(MostTransfers);
    private readonly Lock _turn = new();
    private double _next;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await (
                context.Request.Path.Value?.Split('/') switch
                {
                    ["", "v1", "holdings"] when HttpMethods.IsPost(context.Request.Method) => Answer(context),
                    ["", "v1", "releases", var id, "manifest"]
                        when HttpMethods.IsGet(context.Request.Method) && Guid.TryParse(id, out var release) =>
                        Manifest(context, release),
                    ["", "v1", "files", var sha256] when HttpMethods.IsGet(context.Request.Method) => File(
                        context,
                        sha256
                    ),
                    _ => Refuse(context, StatusCodes.Status404NotFound),
                }
            );
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or JsonException)
        {
            log.LogDebug("A neighbour was not served to the end: {Reason}", error.Message);
            if (context.Response.HasStarted)
                context.Abort();
            else
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    private async Task Answer(HttpContext http)
    {
        var question = await JsonSerializer.DeserializeAsync(
            http.Request.Body,
            AgentJson.Default.HoldingsQuestion,
            http.RequestAborted
        );
        if (question?.Files is null)
        {
            await Refuse(http, StatusCodes.Status400BadRequest);
            return;
        }
        // In this order: what comes until the one is looked at is on the shelf when the other is.
        var coming = turns.Coming(question);
        var hasRelease = holdings.Release(question.Release) is not null;
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(
            http.Response.Body,
            new HoldingsAnswer(
                neighbourhood.Self,
                hasRelease,
                hasRelease ? [] : [.. question.Files.Where(f => f is not null && holdings.File(f) is not null)],
                hasRelease ? null : coming
            ),
            AgentJson.Default.HoldingsAnswer,
            http.RequestAborted
        );
    }

    private async Task Manifest(HttpContext http, Guid id)
    {
        if (holdings.Release(id) is not { } release || shelf.ManifestOf(release) is not { } manifest)
        {
            await Refuse(http, StatusCodes.Status404NotFound);
            return;
        }
        var bytes = manifest.ToBytes();
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private async Task File(HttpContext http, string sha256)
    {
        if (holdings.File(sha256) is not { } file)
        {
            await Refuse(http, StatusCodes.Status404NotFound);
            return;
        }
        if (!await _transfers.WaitAsync(TimeSpan.Zero, http.RequestAborted))
        {
            await Refuse(http, StatusCodes.Status503ServiceUnavailable);
            return;
        }
        try
        {
            await Send(http, file);
        }
        finally
        {
            _transfers.Release();
        }
    }

    private async Task Send(HttpContext http, ReleaseFile file)
    {
        await using var content = System.IO.File.OpenRead(store.PathOf(file.Sha256));
        var asked = http.Request.GetTypedHeaders().Range?.Ranges;
        var from = asked is { Count: 1 } && asked.First() is { From: { } begins, To: null } ? begins : 0;
        if (from >= file.Size && from > 0)
        {
            await Refuse(http, StatusCodes.Status416RangeNotSatisfiable);
            return;
        }
        if (from > 0)
        {
            http.Response.StatusCode = StatusCodes.Status206PartialContent;
            http.Response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(from, file.Size - 1, file.Size);
        }
        http.Response.ContentLength = file.Size - from;
        content.Position = from;
        var buffer = new byte[(int)Math.Min(FileStore.Step, file.Size - from)];
        for (int read; (read = await content.ReadAsync(buffer, http.RequestAborted)) > 0; )
        {
            await Pace(read, http.RequestAborted);
            // Recalled meanwhile, or found spoilt: nobody is to have the rest of it.
            if (holdings.File(file.Sha256) is null)
            {
                http.Abort();
                return;
            }
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            neighbourhood.Served(read);
        }
    }

    /// <summary>Each step gets the next free slot in time.</summary>
    private Task Pace(int bytes, CancellationToken stop)
    {
        TimeSpan wait;
        lock (_turn)
        {
            var now = time.GetTimestamp() / (double)time.TimestampFrequency;
            _next = Math.Max(now, _next);
            wait = TimeSpan.FromSeconds(_next - now);
            _next += bytes / BytesPerSecond;
        }
        return wait > TimeSpan.FromMilliseconds(1) ? Task.Delay(wait, time, stop) : Task.CompletedTask;
    }

    private static Task Refuse(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public void Dispose() => _transfers.Dispose();
}
