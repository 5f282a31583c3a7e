using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>Answers as a neighbour that holds one release would, as far as a test lets it.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ReleaseManifest _manifest;
    private readonly Dictionary<string, byte[]> _files;

    private Stranger(ReleaseManifest manifest, IEnumerable<byte[]> files)
    {
        (_manifest, Port) = (manifest, FreePort.Take());
        _files = files.ToDictionary(f => Sha256Digest.Of(f).ToString());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MinRequestBodyDataRate = null);
        _app = builder.Build();
        _app.Run(Answer);
    }

    public int Port { get; }

    /// <summary>What it was asked for, and from which byte on.</summary>
    public ConcurrentQueue<(string Path, string Range)> Asked { get; } = new();

    /// <summary>Called before anything is answered; true when it has answered itself.</summary>
    public Func<HttpContext, string, Task<bool>> Lie { get; set; } = (_, _) => Task.FromResult(false);

    public static async Task<Stranger> Open(
        ReleaseManifest manifest,
        (string Path, string MediaType, byte[] Content)[] files
    )
    {
        var stranger = new Stranger(manifest, files.Select(f => f.Content));
        await stranger._app.StartAsync();
        return stranger;
    }

    public byte[] this[string sha256] => _files[sha256];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Asked.Enqueue((path, http.Request.Headers.Range.ToString()));
        if (await Lie(http, path))
            return;
        if (path == "/v1/holdings")
        {
            var question = (await JsonNode.ParseAsync(http.Request.Body))!;
            await http.Response.WriteAsJsonAsync(
                new JsonObject
                {
                    ["self"] = Guid.CreateVersion7(),
                    ["hasRelease"] = (Guid)question["release"]! == _manifest.Release.ReleaseId,
                    ["files"] = new JsonArray(),
                }
            );
        }
        else if (path.EndsWith("/manifest", StringComparison.Ordinal))
            await http.Response.Body.WriteAsync(_manifest.ToBytes());
        else
            await Results.Bytes(_files[path.Split('/')[^1]], enableRangeProcessing: true).ExecuteAsync(http);
    }
}
