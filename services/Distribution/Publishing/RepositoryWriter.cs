using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>A file to be written into the plane.</summary>
/// <param name="Path">Path in the plane (<see cref="PlaneLayout"/>).</param>
/// <param name="Content">Its bytes.</param>
public sealed record PlaneFile(string Path, ReadOnlyMemory<byte> Content)
{
    /// <summary>True for everything but timestamp.json: cacheable for ever.</summary>
    public bool Immutable => Path != PlaneLayout.Timestamp;
}

/// <summary>What to change in one feed. Everything is set or removed by identity, so a retry changes nothing more.</summary>
/// <param name="Feed">The feed's role name.</param>
public sealed record FeedChange(string Feed)
{
    /// <summary>
    /// Releases to add (or replace under the same id), but for recalled ones. Their pack and index must be in the plane already.
    /// </summary>
    public IReadOnlyList<ReleaseManifest> Publish { get; init; } = [];

    /// <summary>Releases to take out without recalling them (superseded, expired).</summary>
    public IReadOnlyList<Guid> Withdraw { get; init; } = [];

    /// <summary>Recalls to add; the release's own target goes out of the feed. The first recall of a release stands.</summary>
    public IReadOnlyList<Recall> Recall { get; init; } = [];
}

/// <summary>One step of the repository. An empty change refreshes the timestamp.</summary>
public sealed record RepositoryChange
{
    /// <summary>At most one per feed.</summary>
    public IReadOnlyList<FeedChange> Feeds { get; init; } = [];

    /// <summary>
    /// New signers or feeds (rotation). Needs the old and the new root keys if a top-level role's signers change, and the targets
    /// keys if feeds or their signers do.
    /// </summary>
    public RepositoryDesign? Design { get; init; }
}

/// <summary>The outcome of a step.</summary>
/// <param name="Files">In the order in which they must be written, timestamp.json last; none when nothing was to be done.</param>
/// <param name="State">The state after it.</param>
public sealed record RepositoryPlan(IReadOnlyList<PlaneFile> Files, RepositoryState State);

/// <summary>
/// Writes signed metadata: pure, from state, change, keys and time to files. The same inputs give the same bytes. Versions only
/// rise. Write the files in order; after a crash, load the state again and repeat: a reader sees the old state or the new one.
/// </summary>
public static class RepositoryWriter
{
    /// <summary>The ceremony: 1.root.json, the feeds and targets, snapshot and timestamp, all at version 1.</summary>
    /// <exception cref="TufException"><see cref="TufFault.MissingKey"/>.</exception>
    /// <exception cref="ArgumentException">A design that cannot work.</exception>
    public static RepositoryPlan Create(
        RepositoryDesign design,
        IReadOnlyCollection<SigningKey> keys,
        DateTimeOffset now,
        MetadataLifetimes? lifetimes = null
    ) => new RepositoryStep(state: null, design, keys, now, lifetimes ?? new()).Run(new());

    /// <summary>One step. Keys that a role does not list are not used; give those at hand.</summary>
    /// <exception cref="TufException">
    /// <see cref="TufFault.MissingKey"/> when a role that changes cannot be signed; <see cref="TufFault.UnknownTarget"/> for a feed
    /// that the design does not have.
    /// </exception>
    /// <exception cref="ArgumentException">A design that cannot work, a feed twice.</exception>
    public static RepositoryPlan Apply(
        RepositoryState state,
        RepositoryChange change,
        IReadOnlyCollection<SigningKey> keys,
        DateTimeOffset now,
        MetadataLifetimes? lifetimes = null
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(change);
        return new RepositoryStep(state, change.Design ?? state.Design, keys, now, lifetimes ?? new()).Run(change);
    }
}
