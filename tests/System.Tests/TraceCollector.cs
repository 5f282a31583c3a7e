using System.Collections.Concurrent;
using System.Net;
using System.Text;
using LaiChau.Testing;

namespace LaiChau.System.Tests;

/// <summary>Takes what the parts export over OTLP. It looks for ids and names in the exports as they are and reads nothing else.</summary>
internal sealed class TraceCollector : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentBag<byte[]> exports = [];

    public TraceCollector()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort.Take()}/");
        listener.Prefixes.Add(Address.AbsoluteUri);
        listener.Start();
        _ = Listen();
    }

    public Uri Address { get; }

    /// <summary>Whether a part, by its name in telemetry, has exported a span of the trace.</summary>
    public bool Has(string traceId, string part)
    {
        var (id, name) = (Convert.FromHexString(traceId), Encoding.UTF8.GetBytes($"laichau-{part}"));
        return exports.Any(e => e.AsSpan().IndexOf(id) >= 0 && e.AsSpan().IndexOf(name) >= 0);
    }

    public void Dispose() => listener.Close();

    private async Task Listen()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                if (context.Request.Url?.AbsolutePath == "/v1/traces")
                {
                    exports.Add(body.ToArray());
                }
                context.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The tests are over.
        }
    }
}
