using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Sticks;

/// <param name="Root">A root.json got on a trusted way.</param>
/// <param name="Feeds">Whose lists and content go onto the stick.</param>
internal sealed record ExportOrder(ReadOnlyMemory<byte> Root, IReadOnlyList<string> Feeds)
{
    /// <summary>Content of releases made from then on only.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Content of these only; null: of all.</summary>
    public IReadOnlyList<Guid>? Releases { get; init; }
}

internal sealed record ExportedRelease(
    Guid Id,
    string Package,
    int Version,
    IReadOnlyDictionary<string, string> Title,
    long Bytes
);

/// <param name="Version">Of the timestamp.</param>
/// <param name="Expires">Points refuse the stick from then on.</param>
internal sealed record ExportedStick(
    string Folder,
    IReadOnlyList<string> Feeds,
    long Version,
    DateTimeOffset Expires,
    int Recalls,
    IReadOnlyList<ExportedRelease> Releases,
    long Written,
    long Kept
);

/// <summary>
/// Copies a part of a plane into a folder: content first, the timestamp very last, so that the folder is what it was before or what it is to be at any
/// instant. The signed files are those that a verifying reader read.
/// </summary>
internal sealed class ExportPlane(IMirror plane, StickFolder stick, TimeProvider time)
{
    private const int LongestRoot = 512_000;
    private readonly ReadFiles read = new(plane);
    private readonly Dictionary<string, byte[]> manifests = new(StringComparer.Ordinal);

    public async Task<ExportedStick> Run(
        ExportOrder order,
        IProgress<(long Done, long Of)> progress,
        CancellationToken ct
    )
    {
        var views = await Read(order, read, ct);
        var releases = Choose(order, views);
        var packs = new List<(FeedRelease Release, ReleaseManifest Manifest)>();
        foreach (var release in releases)
        {
            packs.Add((release, await Manifest(release, ct)));
        }
        await FetchObjects(packs, progress, ct);
        await ReadEarlierRoots(ct);
        foreach (var (path, content) in manifests.Concat(read.Files.Where(f => f.Key != PlaneLayout.Timestamp)))
        {
            stick.Write(path, content);
        }
        stick.Write(PlaneLayout.Timestamp, read.Files[PlaneLayout.Timestamp]);
        // What was written is what a point will read.
        await Read(order, stick.Plane, ct);
        stick.RemoveOthers();
        var (version, expires) = TimestampLabel.Read(read.Files[PlaneLayout.Timestamp]);
        return new(
            stick.Path,
            order.Feeds,
            version,
            expires,
            views.Sum(v => v.Recalls.Count),
            [
                .. packs.Select(p => new ExportedRelease(
                    p.Release.Release.ReleaseId,
                    p.Release.Release.Package,
                    p.Release.Release.Version,
                    p.Release.Release.Title,
                    p.Manifest.Pack.Size + Worthwhile(p.Release).Sum(d => d.Delta.Size)
                )),
            ],
            stick.Written,
            stick.Kept
        );
    }

    private async Task<IReadOnlyList<FeedView>> Read(ExportOrder order, IMirror from, CancellationToken ct)
    {
        var trust = new MemoryTrustStore();
        await TufClient.Initialise(trust, order.Root, ct);
        var client = new TufClient(trust);
        var now = time.GetUtcNow();
        await client.Refresh(from, now, ct);
        var views = new List<FeedView>();
        foreach (var feed in order.Feeds)
        {
            views.Add(await client.LoadFeed(feed, from, now, ct));
        }
        return views;
    }

    private List<FeedRelease> Choose(ExportOrder order, IReadOnlyList<FeedView> views)
    {
        var now = time.GetUtcNow();
        var current = views
            .SelectMany(v => v.Current)
            .Where(r => r.IsFetchable && !(r.Release.ValidUntil <= now))
            .DistinctBy(r => r.Release.ReleaseId)
            .ToList();
        var unknown = order.Releases?.Except(current.Select(r => r.Release.ReleaseId)).ToList() ?? [];
        if (unknown.Count > 0)
        {
            throw new CommandRefusedException(
                $"Bản phát hành {unknown[0]} không có (hoặc không còn) trong kênh đã chọn."
            );
        }
        return
        [
            .. current.Where(r =>
                order.Releases?.Contains(r.Release.ReleaseId) != false
                && !(UuidTime.Of(r.Release.ReleaseId) < order.Since)
            ),
        ];
    }

    /// <summary>From the stick, if it is there already.</summary>
    private async Task<ReleaseManifest> Manifest(FeedRelease release, CancellationToken ct)
    {
        var packed = PlaneLayout.PackedPath(release.Manifest.PlanePath);
        foreach (var source in (IMirror[])[stick.Plane, plane])
        {
            var files = new ReadFiles(source);
            try
            {
                var manifest = await TufClient.DownloadManifest(release, files, _ => files.Forget(packed), ct);
                foreach (var path in (string[])[packed, release.Manifest.PlanePath])
                {
                    if (files.Files.TryGetValue(path, out var content))
                    {
                        manifests[path] = content;
                    }
                }
                return manifest;
            }
            catch (Exception fault)
                when (source == stick.Plane
                    && fault is DistributionException or IOException or UnauthorizedAccessException
                )
            {
                // Not there, or rotten.
            }
        }
        throw new InvalidOperationException("The plane either gave the manifest or threw.");
    }

    private async Task FetchObjects(
        List<(FeedRelease Release, ReleaseManifest Manifest)> packs,
        IProgress<(long, long)> progress,
        CancellationToken ct
    )
    {
        var deltas = packs.SelectMany(p => Worthwhile(p.Release)).Select(d => d.Delta).DistinctBy(d => d.Head).ToList();
        var missing = packs.Select(p => p.Manifest.Pack).Concat(deltas).Sum(stick.Missing);
        var free = new DriveInfo(stick.Path).AvailableFreeSpace;
        if (free < missing)
        {
            throw new CommandRefusedException(
                $"Không đủ chỗ ở {stick.Path}: cần thêm {Output.Sheet.Size(missing)}, còn trống {Output.Sheet.Size(free)}. "
                    + "Hãy xóa bớt, dùng USB lớn hơn, hoặc thêm --since."
            );
        }
        var done = 0L;
        foreach (var (_, manifest) in packs)
        {
            await stick.Fetch(manifest.Pack, file => CheckPack(file, manifest, ct), plane, Came, ct);
        }
        foreach (var delta in deltas)
        {
            await stick.Fetch(delta, file => CheckHead(file, delta, ct), plane, Came, ct);
        }

        void Came(int bytes) => progress.Report((done += bytes, missing));
    }

    /// <summary>A delta that is not much smaller than the pack saves nothing where both lie on the same stick.</summary>
    private static IEnumerable<DeltaReference> Worthwhile(FeedRelease release) =>
        release.Deltas.Where(d => d.Delta.Size <= release.Fetch / 2);

    private static async Task<bool> CheckPack(Stream pack, ReleaseManifest manifest, CancellationToken ct)
    {
        var head = new byte[manifest.Pack.HeadSize];
        await pack.ReadExactlyAsync(head, ct);
        var index = PackIndex.Parse(head, manifest);
        var all = new PackRange(new(head.Length, manifest.Pack.Size - head.Length), 0, index.Frames.Count);
        await foreach (var chunk in PackReader.Read(index, all, pack, ct))
        {
            // Each is checked as it is read.
        }
        return true;
    }

    /// <summary>The frames of a delta can be checked by those alone who have the release that it starts from.</summary>
    private static async Task<bool> CheckHead(Stream delta, HeadedObject wanted, CancellationToken ct)
    {
        var head = new byte[wanted.HeadSize];
        await delta.ReadExactlyAsync(head, ct);
        return Sha256Digest.Of(head) == wanted.Head;
    }

    /// <summary>For points that were given an earlier root than this order.</summary>
    private async Task ReadEarlierRoots(CancellationToken ct)
    {
        for (var version = 1L; await read.FetchMetadata($"{version}.root.json", LongestRoot, ct) is not null; version++)
        { }
    }
}
