using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>The signed state of a repository: verified, and the base of the next step. Immutable.</summary>
public sealed class RepositoryState
{
    private const int MaxLength = 64 * 1024 * 1024;

    internal RepositoryState(
        RootRole root,
        TimestampRole timestamp,
        SnapshotRole snapshot,
        TargetsRole targets,
        IReadOnlyDictionary<string, TargetsRole> feedRoles,
        IReadOnlyDictionary<string, IReadOnlyList<Recall>> recalls
    )
    {
        Root = root;
        Timestamp = timestamp;
        Snapshot = snapshot;
        Targets = targets;
        FeedRoles = feedRoles;
        Recalls = recalls;
    }

    /// <summary>Versions by role: <c>root</c>, <c>timestamp</c>, <c>snapshot</c>, <c>targets</c>, each feed and each of its bins.</summary>
    public IReadOnlyDictionary<string, long> Versions => Roles.ToDictionary(r => r.Role, r => r.File.Version);

    /// <summary>Expiry by role.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Expires => Roles.ToDictionary(r => r.Role, r => r.File.Expires);

    /// <summary>Who signs what.</summary>
    public RepositoryDesign Design =>
        new()
        {
            Root = RoleSigners.From(Root.Roles["root"]),
            Targets = RoleSigners.From(Root.Roles["targets"]),
            Snapshot = RoleSigners.From(Root.Roles["snapshot"]),
            Timestamp = RoleSigners.From(Root.Roles["timestamp"]),
            Feeds = Targets.Delegations.ToDictionary(d => d.Name, d => RoleSigners.From(d.Keys)),
        };

    /// <summary>Whose a key is, by key id, as root and targets say; keys without a word are not in it.</summary>
    public IReadOnlyDictionary<string, string> Owners =>
        OfflineMetadata
            .ReadOwners(Root.File)
            .Concat(OfflineMetadata.ReadOwners(Targets.File))
            .DistinctBy(o => o.Key)
            .ToDictionary();

    /// <summary>Feeds as a reader sees them.</summary>
    public IReadOnlyDictionary<string, FeedView> Feeds =>
        Targets.Delegations.ToDictionary(
            f => f.Name,
            f => FeedFormat.View(f, FeedRoles[f.Name], FeedRoles, Recalls[f.Name])
        );

    /// <summary>The bytes of the current root.json: what a new point is given as its trust anchor.</summary>
    public ReadOnlyMemory<byte> RootFile => Root.File.Bytes;

    internal RootRole Root { get; }
    internal TimestampRole Timestamp { get; }
    internal SnapshotRole Snapshot { get; }
    internal TargetsRole Targets { get; }

    /// <summary>Feeds and their bins by role name.</summary>
    internal IReadOnlyDictionary<string, TargetsRole> FeedRoles { get; }
    internal IReadOnlyDictionary<string, IReadOnlyList<Recall>> Recalls { get; }

    private IEnumerable<(string Role, SignedFile File)> Roles =>
        [
            ("root", Root.File),
            ("timestamp", Timestamp.File),
            ("snapshot", Snapshot.File),
            ("targets", Targets.File),
            .. FeedRoles.Select(f => (f.Key, f.Value.File)),
        ];

    /// <summary>
    /// Reads and verifies the state from a plane, starting from a root that the writer has kept itself: whoever can write to the
    /// store must not get anything signed. Expiry is ignored (the writer is the one who renews).
    /// </summary>
    /// <returns>Null when the plane holds no timestamp.json (no ceremony yet).</returns>
    /// <exception cref="TufException">The plane holds something that its keys did not sign.</exception>
    public static async Task<RepositoryState?> Load(
        IMirror plane,
        ReadOnlyMemory<byte> trustedRoot,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(plane);
        if (await plane.FetchMetadata("timestamp.json", MaxLength, ct) is null)
        {
            return null;
        }
        var trusted = new TrustedMetadata(trustedRoot, DateTimeOffset.MinValue);
        while (await plane.FetchMetadata($"{trusted.Root.File.Version + 1}.root.json", MaxLength, ct) is { } nextRoot)
        {
            trusted.UpdateRoot(nextRoot);
        }
        trusted.UpdateTimestamp(await Read(plane, "timestamp", "timestamp.json", ct));
        var snapshotVersion = trusted.Timestamp!.Snapshot.Version;
        trusted.UpdateSnapshot(await Read(plane, "snapshot", $"{snapshotVersion}.snapshot.json", ct), isLocal: false);
        var targets = await ReadTargets(plane, trusted, "targets", trusted.TargetsKeys, ct);
        var feeds = new Dictionary<string, TargetsRole>(StringComparer.Ordinal);
        var recalls = new Dictionary<string, IReadOnlyList<Recall>>(StringComparer.Ordinal);
        foreach (var delegation in targets.Delegations)
        {
            var feed = await ReadTargets(plane, trusted, delegation.Name, delegation.Keys, ct);
            feeds.Add(delegation.Name, feed);
            foreach (var bin in FeedFormat.BinsOf(delegation.Name, feed).Where(b => trusted.Lists(b.Name)))
            {
                feeds.Add(bin.Name, await ReadTargets(plane, trusted, bin.Name, bin.Keys, ct));
            }
            recalls.Add(delegation.Name, await ReadRecalls(plane, delegation.Name, feed, ct));
        }
        return new(trusted.Root, trusted.Timestamp!, trusted.Snapshot!, targets, feeds, recalls);
    }

    private static async Task<byte[]> Read(IMirror plane, string role, string name, CancellationToken ct) =>
        await plane.FetchMetadata(name, MaxLength, ct)
        ?? throw new TufException(TufFault.Missing, role, $"the plane lacks {name}");

    private static async Task<TargetsRole> ReadTargets(
        IMirror plane,
        TrustedMetadata trusted,
        string role,
        RoleKeys keys,
        CancellationToken ct
    ) => trusted.UpdateTargets(await Read(plane, role, $"{trusted.MetaOf(role).Version}.{role}.json", ct), role, keys);

    private static async Task<IReadOnlyList<Recall>> ReadRecalls(
        IMirror plane,
        string feed,
        TargetsRole role,
        CancellationToken ct
    ) =>
        role.Targets.TryGetValue(PlaneLayout.RecallsTarget(feed), out var target) && target.Hashes.Sha256 is { } sha256
            ? FeedFormat.ReadRecalls(await TufClient.DownloadBytes(new(target.Path, target.Length, sha256), plane, ct))
            : [];
}
