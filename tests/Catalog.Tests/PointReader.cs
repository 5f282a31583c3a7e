using System.Collections.Concurrent;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Catalog.Tests;

/// <summary>What a point does with a plane: verifies the metadata from the first root on, and rebuilds files from ranges of the pack or by deltas.</summary>
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

    /// <summary>With nothing held: the whole pack.</summary>
    public static async Task<Held> Install(IMirror plane, FeedRelease release)
    {
        var manifest = await TufClient.DownloadManifest(release, plane);
        var head = await Fetch(plane, manifest.Pack, new(0, manifest.Pack.HeadSize));
        var index = PackIndex.Parse(head, manifest);
        var chunks = new Dictionary<ChunkId, byte[]>();
        foreach (var range in FetchPlan.Of(index, index.Chunks).Ranges)
        {
            await using var bytes = (await plane.OpenContent(manifest.Pack.PlanePath, range.Range, default))!;
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
        return new(manifest, files);
    }

    public static async Task<Dictionary<string, byte[]>> Rebuild(IMirror plane, FeedRelease release) =>
        (await Install(plane, release)).Files;

    /// <summary>One delta applied to what is held: every file is hashed, and what comes out is the manifest of the release it leads to.</summary>
    public static async Task<Held> Apply(IMirror plane, DeltaReference reference, Held held)
    {
        Assert.Equal(reference.From, held.Manifest.Release.ReleaseId);
        var bytes = await Fetch(plane, reference.Delta, new(0, reference.Delta.Size));
        var head = DeltaHead.Parse(bytes.AsMemory(0, reference.Delta.HeadSize), reference.Delta, held.Manifest);
        var built = new Dictionary<string, byte[]>();
        using var delta = new MemoryStream(bytes);
        var applied = await DeltaReader.Apply(
            head,
            delta,
            _ => true,
            file => new MemoryStream(
                built.TryGetValue(file.Path, out var taken) && Sha256Digest.Of(taken) == file.Sha256
                    ? taken
                    : held.Files[file.Path]
            ),
            async (file, write) =>
            {
                using var content = new MemoryStream();
                await write(content);
                built[file.Path] = content.ToArray();
            },
            () => new MemoryStream()
        );
        Assert.Empty(applied.Skipped);
        Assert.Equal(reference.To, applied.Manifest.Release.ReleaseId);
        var byHash = held.Manifest.Files.DistinctBy(f => f.Sha256).ToDictionary(f => f.Sha256, f => held.Files[f.Path]);
        var files = applied.Manifest.Files.ToDictionary(
            f => f.Path,
            f => built.GetValueOrDefault(f.Path) ?? byHash[f.Sha256]
        );
        return new(applied.Manifest, files);
    }

    /// <summary>By a delta the feed lists, or two of them; the signed digest is that of what comes out.</summary>
    public static async Task<Held> Update(IMirror plane, FeedRelease release, Held held)
    {
        var first = release.Deltas.Single(d => d.From == held.Manifest.Release.ReleaseId);
        var updated = await Apply(plane, first, held);
        if (first.To != release.Release.ReleaseId)
        {
            return await Update(plane, release, updated);
        }
        Assert.Equal(release.Manifest.Sha256, Sha256Digest.Of(updated.Manifest.ToBytes()));
        return updated;
    }

    public ValueTask<byte[]?> Read(string name, CancellationToken ct) =>
        ValueTask.FromResult(trusted.GetValueOrDefault(name));

    public ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        trusted[name] = content.ToArray();
        return ValueTask.CompletedTask;
    }

    private static async Task<byte[]> Fetch(IMirror plane, HeadedObject wanted, ByteRange range)
    {
        await using var stream = (await plane.OpenContent(wanted.PlanePath, range, default))!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        Assert.Equal(range.Length, bytes.Length);
        return bytes.ToArray();
    }
}

/// <summary>A release as a point holds it.</summary>
internal sealed record Held(ReleaseManifest Manifest, Dictionary<string, byte[]> Files);
