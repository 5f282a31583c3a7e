using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace LaiChau.ManyPoints;

/// <summary>Points in one process, each with a folder of its own, that pull the same release through the same gateway.</summary>
public sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly Troubles _troubles = new();
    private readonly IReadOnlyList<Point> _points;

    /// <param name="count">How many points.</param>
    /// <param name="gateway">The address that they are told.</param>
    /// <param name="root">Path of the root that they trust.</param>
    /// <param name="folder">Where their folders are made.</param>
    public Crowd(int count, Uri gateway, string root, string folder) =>
        _points = [
            .. Enumerable
                .Range(0, count)
                .Select(i => Path.Combine(folder, i.ToString("d4", CultureInfo.InvariantCulture)))
                .Select(own => new Point(own, gateway, root, _troubles)),
        ];

    /// <summary>The folder of each.</summary>
    public IReadOnlyList<string> Folders => [.. _points.Select(p => p.Folder)];

    /// <summary>All begin at once; ends when all show the release, or patience does.</summary>
    public async Task<Pulled> Pull(Guid release, TimeSpan patience)
    {
        var since = Stopwatch.StartNew();
        await Task.WhenAll(_points.Select(p => p.Start()));
        var shownAfter = new List<TimeSpan>();
        for (var waiting = _points.ToList(); waiting.Count > 0 && since.Elapsed < patience; await Task.Delay(Look))
        {
            var arrived = waiting.RemoveAll(p => p.Shows(release));
            shownAfter.AddRange(Enumerable.Repeat(since.Elapsed, arrived));
        }
        await Task.WhenAll(_points.Select(p => p.Stop()));
        var transfers = _points.SelectMany(p => p.Transfers).ToList();
        return new()
        {
            ShownAfter = shownAfter,
            Bytes = transfers.Sum(t => t.Bytes ?? 0),
            Requests = transfers.Sum(t => t.Requests ?? 0),
            Transfers = transfers.Count,
            Troubles = _troubles.Said,
        };
    }

    /// <summary>The folders of the points that do not show the release as it was published, each file byte for byte.</summary>
    public async Task<IReadOnlyList<string>> NotWhole(PublishedRelease release)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(release.Folder, "*", SearchOption.AllDirectories))
        {
            hashes.Add(Path.GetRelativePath(release.Folder, file).Replace('\\', '/'), await FileHash.Of(file));
        }
        var torn = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            _points,
            async (point, _) =>
            {
                if (!await point.IsWhole(release.Id, hashes))
                {
                    torn.Add(point.Folder);
                }
            }
        );
        return [.. torn.Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var point in _points)
        {
            await point.DisposeAsync();
        }
    }
}

/// <summary>What it took, as the points themselves account for it.</summary>
public sealed record Pulled
{
    /// <summary>From the start of all until one shows the release, for each that does, in order.</summary>
    public required IReadOnlyList<TimeSpan> ShownAfter { get; init; }

    /// <summary>Of manifests and packs, as bodies; metadata is not in it.</summary>
    public required long Bytes { get; init; }

    /// <summary>For manifests and packs.</summary>
    public required int Requests { get; init; }

    /// <summary>Begun, whether they came to their end or were cut off.</summary>
    public required int Transfers { get; init; }

    /// <summary>What points warned of.</summary>
    public required IReadOnlyList<string> Troubles { get; init; }
}
