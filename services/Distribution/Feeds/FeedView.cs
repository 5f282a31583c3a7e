using LaiChau.Distribution.Content;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Feeds;

/// <summary>A release as the feed's signed metadata describes it, without fetching its manifest.</summary>
/// <param name="Release">Its description (<c>Summary</c> is empty here: it stands in the manifest).</param>
/// <param name="Size">Sum of its files, bytes.</param>
/// <param name="Manifest">The manifest, as a target to download.</param>
public sealed record FeedRelease(ReleaseDescription Release, long Size, TrustedTarget Manifest)
{
    /// <summary>
    /// False: listed in format 1, from before the publisher was upgraded. Who holds it goes on showing it; it can be fetched once it is
    /// published anew, under the same id.
    /// </summary>
    public bool IsFetchable { get; init; } = true;

    /// <summary>Bytes of its pack: what fetching it whole costs at most.</summary>
    public long Fetch { get; init; }

    /// <summary>Deltas that lead to it, or to a release on the way; 16 at most.</summary>
    public IReadOnlyList<DeltaReference> Deltas { get; init; } = [];

    /// <summary>
    /// When deltas will be listed at the latest: until then a point that holds a recent release and does not hurry waits for them. Null: what is
    /// listed is all there will be.
    /// </summary>
    public DateTimeOffset? DeltasBy { get; init; }
}

/// <summary>A release taken back. It stays in the feed after the release's own target is gone.</summary>
public sealed record Recall
{
    /// <summary>The release.</summary>
    public required Guid ReleaseId { get; init; }

    /// <summary>Its package.</summary>
    public required string Package { get; init; }

    /// <summary>When (UTC, whole seconds).</summary>
    public required DateTimeOffset RecalledAt { get; init; }

    /// <summary>A kebab-case reason code.</summary>
    public required string Reason { get; init; }

    /// <summary>What to tell people, by language tag; may be empty.</summary>
    public IReadOnlyDictionary<string, string> Message { get; init; } = new Dictionary<string, string>();
}

/// <summary>A feed as a reader sees it after a refresh.</summary>
/// <param name="Feed">Its role name.</param>
/// <param name="Versions">Of the feed's own metadata and of each of its bins: views of the same feed that have the same list the same releases.</param>
/// <param name="Expires">When the first of its metadata expires.</param>
/// <param name="Releases">All releases listed, recalled ones left out; urgent first, then newest release id first.</param>
/// <param name="Recalls">All recalls.</param>
public sealed record FeedView(
    string Feed,
    IReadOnlyList<long> Versions,
    DateTimeOffset Expires,
    IReadOnlyList<FeedRelease> Releases,
    IReadOnlyList<Recall> Recalls
)
{
    /// <summary>Of the feed's own metadata.</summary>
    public long Version => Versions[0];

    /// <summary>The newest release of every package, in order of work, whatever its validity: what a point should hold.</summary>
    public IReadOnlyList<FeedRelease> Current =>
        [
            .. Releases
                .GroupBy(r => r.Release.Package, StringComparer.Ordinal)
                .Select(package => package.MaxBy(r => r.Release.Version)!)
                .OrderByDescending(r => r.Release.Priority)
                .ThenByDescending(r => r.Release.ReleaseId.ToString(), StringComparer.Ordinal),
        ];

    /// <summary>Those of <see cref="Current"/> whose validity period holds <paramref name="now"/>: what a point may show.</summary>
    public IEnumerable<FeedRelease> ShownAt(DateTimeOffset now) => Current.Where(r => r.Release.IsValidAt(now));

    /// <summary>True when the release was recalled.</summary>
    public bool IsRecalled(Guid releaseId) => Recalls.Any(r => r.ReleaseId == releaseId);
}
