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
    /// Releases to add (or replace under the same id), but for recalled ones. Their packs must be in the plane already. One that is
    /// listed with the same manifest stays as it is.
    /// </summary>
    public IReadOnlyList<ReleaseManifest> Publish { get; init; } = [];

    /// <summary>For what is published here: when its deltas will be listed at the latest. Null: none will be.</summary>
    public DateTimeOffset? DeltasBy { get; init; }

    /// <summary>
    /// Deltas by the release whose target lists them, in the place of those before; takes back its <see cref="DeltasBy"/>. 16 at most each.
    /// A release that is not listed is passed over.
    /// </summary>
    public IReadOnlyDictionary<Guid, IReadOnlyList<DeltaReference>> Deltas { get; init; } =
        new Dictionary<Guid, IReadOnlyList<DeltaReference>>();

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

    /// <summary>
    /// Roots signed away from here (<see cref="OfflineMetadata"/>), the next version first. Each must be signed by the one before
    /// and by itself; the last one's online keys are needed, the offline ones are not. Not together with <see cref="Design"/>.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Roots { get; init; } = [];

    /// <summary>
    /// A targets.json of the next version, signed away from here by the keys of the newest root. Needs the keys of the feeds that it
    /// adds or gives other signers. Not together with <see cref="Design"/>.
    /// </summary>
    public ReadOnlyMemory<byte>? Targets { get; init; }
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

    /// <summary>The end of a ceremony held away from here: takes its 1.root.json and 1.targets.json, and signs the rest with the online keys.</summary>
    /// <exception cref="TufException">
    /// What is wrong with the two files, as for <see cref="Apply"/>; <see cref="TufFault.MissingKey"/> for an online role.
    /// </exception>
    public static RepositoryPlan Create(
        ReadOnlyMemory<byte> root,
        ReadOnlyMemory<byte> targets,
        IReadOnlyCollection<SigningKey> keys,
        DateTimeOffset now,
        MetadataLifetimes? lifetimes = null
    )
    {
        var offline = OfflineRoles.Verify(state: null, new() { Roots = [root], Targets = targets }, now);
        return new RepositoryStep(state: null, offline.Design, keys, now, lifetimes ?? new(), offline).Run(new());
    }

    /// <summary>One step. Keys that a role does not list are not used; give those at hand.</summary>
    /// <exception cref="TufException">
    /// <see cref="TufFault.MissingKey"/> when a role that changes cannot be signed; <see cref="TufFault.UnknownTarget"/> for a feed
    /// that the design does not have. For files signed elsewhere: <see cref="TufFault.Malformed"/>,
    /// <see cref="TufFault.BelowThreshold"/>, <see cref="TufFault.Rollback"/> (older than what is in),
    /// <see cref="TufFault.WrongVersion"/> (not the next one, or another one of the same version), <see cref="TufFault.Expired"/>.
    /// </exception>
    /// <exception cref="ArgumentException">A design that cannot work, a feed twice, absurd deltas.</exception>
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
        if (change.Roots.Count == 0 && change.Targets is null)
        {
            return new RepositoryStep(state, change.Design ?? state.Design, keys, now, lifetimes ?? new()).Run(change);
        }
        if (change.Design is not null)
        {
            throw new ArgumentException("A design and files signed elsewhere exclude each other.", nameof(change));
        }
        var offline = OfflineRoles.Verify(state, change, now);
        return new RepositoryStep(state, offline.Design, keys, now, lifetimes ?? new(), offline).Run(change);
    }
}
