using System.Collections.Concurrent;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Catalog.Tests;

/// <summary>What a point does with a plane: verifies the metadata from the first root on, and rebuilds files from ranges of the pack.</summary>
internal sealed class PointReader : ITrustStore
{
    private readonly ConcurrentDictionary<string, byte[]> trusted = new(StringComparer.Ordinal);

    public DateTimeOffset Now { get; set; } = TimeProvider.System.GetUtcNow();

    /// <summary>Refreshes as a point that has been here before: what is older than it knows is refused.</summary>
    public async Task<FeedView> Read(IMirror plane, string feed = "tinh")
    {
        if (trusted.IsEmpty)
        {
            await TufClient.Initialise(this, (await plane.FetchMetadata("1.root.json", 100_000, default))!);
        }
        var client = new TufClient(this);
        await client.LoadTrusted();
        await client.Refresh(plane, Now);
        return await client.LoadFeed(feed, plane, Now);
    }

    public static async Task<Dictionary<string, byte[]>> Rebuild(IMirror plane, FeedRelease release)
    {
        var manifest = await TufClient.DownloadManifest(release, plane);
        var index = PackIndex.Parse(await Fetch(plane, manifest.Index), manifest);
        var chunks = new Dictionary<ChunkId, byte[]>();
        var path = PlaneLayout.ObjectPath(manifest.Pack.Sha256);
        foreach (var range in FetchPlan.Create(manifest, index, chunks.ContainsKey).Ranges)
        {
            await using var bytes = (await plane.OpenContent(path, range.Range, default))!;
            await foreach (var chunk in PackReader.Read(index, range, bytes))
            {
                chunks[chunk.Id] = chunk.Content.ToArray();
            }
        }
        var files = new Dictionary<string, byte[]>();
        foreach (var file in manifest.Files)
        {
            using var content = new MemoryStream();
            await PackReader.Assemble(
                file,
                index,
                (chunk, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(chunks[chunk.Id]),
                content
            );
            files[file.Path] = content.ToArray();
        }
        return files;
    }

    public ValueTask<byte[]?> Read(string name, CancellationToken ct) =>
        ValueTask.FromResult(trusted.GetValueOrDefault(name));

    public ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        trusted[name] = content.ToArray();
        return ValueTask.CompletedTask;
    }

    private static async Task<byte[]> Fetch(IMirror plane, ObjectReference reference)
    {
        await using var stream = (await plane.OpenContent(PlaneLayout.ObjectPath(reference.Sha256), null, default))!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
