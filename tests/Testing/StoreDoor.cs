using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LaiChau.Testing;

/// <summary>A proxy before the real S3 server: counts what is read through it, and can hold, slow down or cut a download.</summary>
public sealed class StoreDoor : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient store;
    private readonly ConcurrentQueue<Reading> readings = new();
    private int misses;
    private readonly ConcurrentDictionary<string, Trouble> troubles = new(StringComparer.Ordinal);

    private StoreDoor(WebApplication app, Uri behind)
    {
        this.app = app;
        store = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 200 }) { BaseAddress = behind };
    }

    public Uri Address => new(app.Urls.First());

    public static async Task<StoreDoor> Before(Uri store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var door = new StoreDoor(builder.Build(), store);
        door.app.Map("/{**path}", door.Pass);
        await door.app.StartAsync();
        return door;
    }

    /// <summary>How often the object was read, whole or in part; looking whether it is there (its first byte) does not count.</summary>
    public int Reads(string key) => readings.Count(r => r.Path.EndsWith(key, StringComparison.Ordinal) && !r.IsLook);

    /// <summary>The same for everything that was read, by its path: <c>/bucket/key</c>.</summary>
    public IReadOnlyDictionary<string, int> ReadsByPath =>
        readings.Where(r => !r.IsLook).CountBy(r => r.Path).ToDictionary();

    /// <summary>How often something was to be read that is not there.</summary>
    public int Misses => Volatile.Read(ref misses);

    /// <summary>Where in the object each of its readings began, in bytes.</summary>
    public IReadOnlyList<long> Beginnings(string key) =>
        [.. readings.Where(r => r.Path.EndsWith(key, StringComparison.Ordinal) && !r.IsLook).Select(r => r.From)];

    /// <summary>Bytes that left the store for the object.</summary>
    public long Bytes(string key) =>
        readings.Where(r => r.Path.EndsWith(key, StringComparison.Ordinal)).Sum(r => r.Sent);

    /// <summary>The object's next downloads stop after so many bytes, until <see cref="LetGo"/>.</summary>
    public void Hold(string key, int after) => troubles[key] = new Trouble(after, Cuts: 0);

    public void LetGo(string key)
    {
        if (troubles.TryRemove(key, out var trouble))
        {
            trouble.Gone.TrySetResult();
        }
    }

    /// <summary>The connection breaks after so many bytes, in so many of the object's next downloads.</summary>
    public void Cut(string key, int after, int times) => troubles[key] = new Trouble(after, times);

    /// <summary>The object comes in pieces of so many bytes, with a pause between them.</summary>
    public void Drip(string key, int piece, TimeSpan pause) =>
        troubles[key] = new Trouble(0, Cuts: 0) { Piece = piece, Pause = pause };

    public async ValueTask DisposeAsync()
    {
        foreach (var trouble in troubles.Values)
        {
            trouble.Gone.TrySetResult();
        }
        await app.DisposeAsync();
        store.Dispose();
    }

    private async Task Pass(HttpContext context)
    {
        var (asked, answer, ct) = (context.Request, context.Response, context.RequestAborted);
        // The signature covers the host that the gateway speaks to.
        using var request = new HttpRequestMessage(
            new HttpMethod(asked.Method),
            new Uri($"{asked.PathBase}{asked.Path}{asked.QueryString}", UriKind.Relative)
        );
        if (asked.ContentLength > 0)
        {
            request.Content = new StreamContent(asked.Body);
        }
        foreach (var (name, value) in asked.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }
        using var response = await store.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.StatusCode = (int)response.StatusCode;
        Copy(response.Headers, answer);
        Copy(response.Content.Headers, answer);
        answer.Headers.Remove("transfer-encoding");
        var from = asked.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;
        var reading = new Reading(asked.Path, from, IsLook: asked.Headers.Range == "bytes=0-0");
        if (asked.Method == "GET" && response.IsSuccessStatusCode)
        {
            readings.Enqueue(reading);
        }
        else if (asked.Method == "GET" && answer.StatusCode == StatusCodes.Status404NotFound && !reading.IsLook)
        {
            Interlocked.Increment(ref misses);
        }
        await Send(await response.Content.ReadAsStreamAsync(ct), context, reading);
    }

    private async Task Send(Stream body, HttpContext context, Reading reading)
    {
        var ct = context.RequestAborted;
        var trouble = reading.IsLook
            ? null
            : troubles.FirstOrDefault(t => reading.Path.EndsWith(t.Key, StringComparison.Ordinal)).Value;
        var buffer = new byte[trouble?.Piece ?? 32 << 10];
        var sent = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, ct)) > 0)
        {
            if (trouble is { Pause: { } pause })
            {
                await Task.Delay(pause, ct);
            }
            else if (trouble is not null && sent + read > trouble.After)
            {
                if (trouble.TakeCut())
                {
                    await context.Response.Body.FlushAsync(ct);
                    // A reset takes with it what the other side has not read yet.
                    await Task.Delay(1000, ct);
                    context.Abort();
                    return;
                }
                if (trouble.Cuts == 0)
                {
                    await context.Response.Body.FlushAsync(ct);
                    await trouble.Gone.Task.WaitAsync(ct);
                    trouble = null;
                }
            }
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), ct);
            sent += read;
            reading.Sent = sent;
        }
    }

    private static void Copy(HttpHeaders headers, HttpResponse answer)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            answer.Headers[name] = values.ToArray();
        }
    }

    private sealed record Reading(string Path, long From, bool IsLook)
    {
        public long Sent { get; set; }
    }

    private sealed record Trouble(int After, int Cuts)
    {
        private int left = Cuts;

        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int? Piece { get; init; }
        public TimeSpan? Pause { get; init; }

        public bool TakeCut() => Cuts > 0 && Interlocked.Decrement(ref left) >= 0;
    }
}
