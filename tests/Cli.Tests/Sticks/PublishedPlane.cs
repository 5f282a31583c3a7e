using System.Collections.Concurrent;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LaiChau.Cli.Tests.Sticks;

/// <summary>A plane of two feeds by the format's own writer, at a gateway's address; a test may cut its answers.</summary>
internal sealed class PublishedPlane : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SigningKey key = SigningKey.Generate();
    private readonly WebApplication app;
    private RepositoryState state;

    private PublishedPlane()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/content/{**path}", Content);
        var one = RoleSigners.One(key);
        var plan = RepositoryWriter.Create(
            new()
            {
                Root = one,
                Targets = one,
                Snapshot = one,
                Timestamp = one,
                Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = one, ["sin-ho"] = one },
            },
            [key],
            Now
        );
        Write(plan);
        state = plan.State;
    }

    public Uri Address => new(app.Urls.First());
    public string Folder => folder.Path;
    public string Root => Path.Combine(Folder, "metadata/1.root.json");

    /// <summary>Paths that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Of how many bytes of objects an answer is cut off, in turn; then none is.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>How long ago it is signed.</summary>
    public TimeSpan Ago { get; set; }

    private DateTimeOffset Now => TimeProvider.System.GetUtcNow() - Ago;

    public static async Task<PublishedPlane> Start()
    {
        var plane = new PublishedPlane();
        await plane.app.StartAsync();
        return plane;
    }

    public async Task<ReleaseManifest> Publish(
        string package,
        int version,
        byte[] content,
        (ReleaseManifest Manifest, byte[] Content)? from = null,
        string feed = "tinh",
        DateTimeOffset? madeAt = null
    )
    {
        await using var frames = new MemoryStream();
        var built = await ReleaseBuilder.Build(
            new()
            {
                ReleaseId = Guid.CreateVersion7(madeAt ?? Now),
                Package = package,
                Version = version,
                Title = new Dictionary<string, string> { ["vi"] = $"Gói {package}" },
                Category = "smart-farming",
            },
            [new("phim.mp4", "video/mp4", _ => Task.FromResult<Stream>(new MemoryStream(content)))],
            () => new MemoryStream(),
            frames
        );
        await WriteObject(built.Manifest.Pack, built.PackHead, frames);
        List<DeltaReference> deltas = from is { } f
            ? [await Delta(f.Manifest, f.Content, built.Manifest, content)]
            : [];
        var id = built.Manifest.Release.ReleaseId;
        Apply(
            new(feed)
            {
                Publish = [built.Manifest],
                Deltas = new Dictionary<Guid, IReadOnlyList<DeltaReference>> { [id] = deltas },
            }
        );
        return built.Manifest;
    }

    public void Recall(ReleaseManifest manifest) =>
        Apply(
            new("tinh")
            {
                Recall =
                [
                    new()
                    {
                        ReleaseId = manifest.Release.ReleaseId,
                        Package = manifest.Release.Package,
                        RecalledAt = Now,
                        Reason = "wrong-content",
                    },
                ],
            }
        );

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
        folder.Dispose();
    }

    private async Task<DeltaReference> Delta(ReleaseManifest from, byte[] old, ReleaseManifest to, byte[] content)
    {
        await using var frames = new MemoryStream();
        var built = await DeltaBuilder.Build(
            from,
            to,
            (_, _) => Task.FromResult<Stream>(new MemoryStream(old)),
            (_, _) => Task.FromResult<Stream>(new MemoryStream(content)),
            () =>
                new FileStream(
                    Path.Combine(Folder, Path.GetRandomFileName()),
                    FileMode.CreateNew,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 0,
                    FileOptions.DeleteOnClose
                ),
            frames
        );
        await WriteObject(built!.Delta, built.Head, frames);
        return new(from.Release.ReleaseId, to.Release.ReleaseId, built.Delta);
    }

    private async Task WriteObject(HeadedObject written, ReadOnlyMemory<byte> head, MemoryStream frames)
    {
        frames.Position = 0;
        await using var whole = new HeadedStream(head, frames);
        using var bytes = new MemoryStream();
        await whole.CopyToAsync(bytes);
        folder.With(written.PlanePath, bytes.ToArray());
    }

    private void Apply(FeedChange change)
    {
        var plan = RepositoryWriter.Apply(state, new() { Feeds = [change] }, [key], Now);
        Write(plan);
        state = plan.State;
    }

    private void Write(RepositoryPlan plan)
    {
        foreach (var file in plan.Files)
        {
            folder.With(file.Path, file.Content.ToArray());
        }
    }

    private async Task Content(HttpContext http, string path)
    {
        Asked.Enqueue(path);
        var file = Path.Combine(Folder, path);
        if (!File.Exists(file))
        {
            http.Response.StatusCode = 404;
            return;
        }
        var bytes = await File.ReadAllBytesAsync(file);
        if (path.StartsWith("objects/", StringComparison.Ordinal) && Cuts.TryDequeue(out var cut))
        {
            var from = (int)(http.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
            http.Response.ContentLength = bytes.Length - from;
            await http.Response.Body.WriteAsync(bytes.AsMemory(from, Math.Min(cut, bytes.Length - from)));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }
        await Results.Bytes(bytes, enableRangeProcessing: true).ExecuteAsync(http);
    }
}
