namespace LaiChau.Distribution.Trust;

/// <summary>
/// The rules of the client workflow (specification §5.3–5.6) on bytes alone: each update either extends the trusted set or
/// throws. Where the specification leaves room, it decides as python-tuf's TrustedMetadataSet does.
/// </summary>
internal sealed class TrustedMetadata
{
    private readonly DateTimeOffset _now;
    private readonly Dictionary<string, TargetsRole> _targets = new(StringComparer.Ordinal);

    /// <summary>Begins with a root that is trusted already.</summary>
    /// <param name="root">The bytes of root.json.</param>
    /// <param name="now">Reference time; <see cref="DateTimeOffset.MinValue"/>: nothing has expired.</param>
    public TrustedMetadata(ReadOnlyMemory<byte> root, DateTimeOffset now)
    {
        _now = now;
        Root = RootRole.Read(root);
        Root.Roles["root"].Verify(Root.File, "root");
    }

    public RootRole Root { get; private set; }
    public TimestampRole? Timestamp { get; private set; }
    public SnapshotRole? Snapshot { get; private set; }
    public IReadOnlyDictionary<string, TargetsRole> Targets => _targets;
    public RoleKeys TargetsKeys => Root.Roles["targets"];

    /// <summary>§5.3: signed by the old threshold and by its own, and exactly the next version.</summary>
    public void UpdateRoot(ReadOnlyMemory<byte> bytes)
    {
        var root = RootRole.Read(bytes);
        Root.Roles["root"].Verify(root.File, "root");
        if (root.File.Version != Root.File.Version + 1)
        {
            throw new TufException(
                TufFault.WrongVersion,
                "root",
                $"version {root.File.Version} follows {Root.File.Version}"
            );
        }
        root.Roles["root"].Verify(root.File, "root");
        Root = root;
    }

    /// <summary>§5.3.10, once the chain of roots has ended.</summary>
    public void CheckRootExpiry() => CheckExpiry(Root.File, "root");

    /// <summary>§5.4. Returns false when it is of the trusted version: then the trusted one stays.</summary>
    public bool UpdateTimestamp(ReadOnlyMemory<byte> bytes)
    {
        var timestamp = TimestampRole.Read(bytes);
        Root.Roles["timestamp"].Verify(timestamp.File, "timestamp");
        if (Timestamp is not null)
        {
            RefuseRollback(timestamp.File.Version, Timestamp.File.Version, "timestamp", "timestamp");
            if (timestamp.File.Version == Timestamp.File.Version)
            {
                CheckExpiry(Timestamp.File, "timestamp");
                return false;
            }
            RefuseRollback(timestamp.Snapshot.Version, Timestamp.Snapshot.Version, "timestamp", "snapshot");
        }
        // Trusted even when expired: the next one must not be older than it.
        Timestamp = timestamp;
        CheckExpiry(timestamp.File, "timestamp");
        return true;
    }

    /// <summary>§5.5.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="isLocal">From the own store: its hash was checked when it came, and the timestamp may have moved on.</param>
    public void UpdateSnapshot(ReadOnlyMemory<byte> bytes, bool isLocal)
    {
        var timestamp = Timestamp ?? throw new InvalidOperationException("No timestamp yet.");
        CheckExpiry(timestamp.File, "timestamp");
        if (!isLocal)
        {
            timestamp.Snapshot.Check(bytes.Span, "snapshot");
        }
        var snapshot = SnapshotRole.Read(bytes);
        Root.Roles["snapshot"].Verify(snapshot.File, "snapshot");
        foreach (var (name, old) in Snapshot?.Meta ?? new Dictionary<string, MetaFile>())
        {
            if (!snapshot.Meta.TryGetValue(name, out var meta))
            {
                throw new TufException(TufFault.Rollback, "snapshot", $"{name} is listed no more");
            }
            RefuseRollback(meta.Version, old.Version, "snapshot", name);
        }
        if (!isLocal)
        {
            // Before it is trusted: what a mirror offered in its place must not stand in the way of the right one.
            CheckSnapshotVersion(snapshot);
        }
        // Trusted for the comparison above even when it is not the one the timestamp names.
        Snapshot = snapshot;
        CheckSnapshot();
    }

    /// <summary>§5.6 for targets and every delegated role.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="role">Its role.</param>
    /// <param name="keys">Who signs it, as the role that delegates to it says.</param>
    public TargetsRole UpdateTargets(ReadOnlyMemory<byte> bytes, string role, RoleKeys keys)
    {
        CheckSnapshot();
        var meta = MetaOf(role);
        meta.Check(bytes.Span, role);
        var targets = TargetsRole.Read(bytes, role);
        keys.Verify(targets.File, role);
        if (targets.File.Version != meta.Version)
        {
            throw new TufException(
                TufFault.WrongVersion,
                role,
                $"version {targets.File.Version} where snapshot says {meta.Version}"
            );
        }
        CheckExpiry(targets.File, role);
        return _targets[role] = targets;
    }

    /// <summary>
    /// Reads a role from the own store on its signatures alone, without making it part of the set: power may have gone between
    /// two writes of a refresh, and what was trusted once may still be shown while there is no link.
    /// </summary>
    public static TargetsRole ReadStored(ReadOnlyMemory<byte> bytes, string role, RoleKeys keys)
    {
        var targets = TargetsRole.Read(bytes, role);
        keys.Verify(targets.File, role);
        return targets;
    }

    /// <summary>As <see cref="ReadStored"/>, for the one role without which there are no feeds.</summary>
    public void TakeStoredTargets(ReadOnlyMemory<byte> bytes) =>
        _targets["targets"] = ReadStored(bytes, "targets", TargetsKeys);

    public MetaFile MetaOf(string role) =>
        Snapshot is null ? throw new InvalidOperationException("No snapshot yet.")
        : Snapshot.Meta.TryGetValue(role + ".json", out var meta) ? meta
        : throw new TufException(TufFault.Missing, role, "snapshot does not list it");

    /// <summary>False for a role that was never written: a bin without a release.</summary>
    public bool Lists(string role) => Snapshot?.Meta.ContainsKey(role + ".json") != false;

    public bool AnyExpired(DateTimeOffset now) =>
        new[] { Root.File, Timestamp?.File, Snapshot?.File, _targets.GetValueOrDefault("targets")?.File }.Any(file =>
            file is null || file.Expires <= now
        );

    private void CheckSnapshot()
    {
        var snapshot = Snapshot ?? throw new InvalidOperationException("No snapshot yet.");
        CheckExpiry(snapshot.File, "snapshot");
        CheckSnapshotVersion(snapshot);
    }

    private void CheckSnapshotVersion(SnapshotRole snapshot)
    {
        if (snapshot.File.Version != Timestamp!.Snapshot.Version)
        {
            throw new TufException(
                TufFault.WrongVersion,
                "snapshot",
                $"version {snapshot.File.Version} where timestamp says {Timestamp.Snapshot.Version}"
            );
        }
    }

    private void CheckExpiry(SignedFile file, string role)
    {
        if (file.Expires <= _now)
        {
            throw new TufException(TufFault.Expired, role, $"version {file.Version} expired at {file.Expires:u}");
        }
    }

    private static void RefuseRollback(long version, long trusted, string role, string what)
    {
        if (version < trusted)
        {
            throw new TufException(TufFault.Rollback, role, $"{what} version {version} after {trusted}");
        }
    }
}
