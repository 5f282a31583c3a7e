using System.Security.Cryptography;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;

namespace LaiChau.Distribution.Trust;

/// <summary>What a refresh found.</summary>
public enum RefreshOutcome
{
    /// <summary>The same metadata as before.</summary>
    Unchanged,

    /// <summary>Newer metadata, verified and stored.</summary>
    Updated,
}

/// <summary>A target as its role signed it.</summary>
/// <param name="Path">Target path: <c>tinh/releases/….json</c>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Digest of the content.</param>
public sealed record TrustedTarget(string Path, long Length, Sha256Digest Sha256)
{
    /// <summary>Where it lies in the plane.</summary>
    public string PlanePath => HasPlainName ? $"targets/{Path}" : PlaneLayout.TargetPath(Path, Sha256);

    // A repository without consistent snapshots, which other writers may have made.
    internal bool HasPlainName { get; init; }
}

/// <summary>
/// The TUF 1.0 client workflow (specification §5) over any mirror. Not thread-safe: one caller at a time.
/// Everything that is refused is a <see cref="TufException"/>; what was trusted before stays trusted.
/// </summary>
public sealed class TufClient(ITrustStore store)
{
    private const int MaxRootLength = 512_000;
    private const int MaxTimestampLength = 16_384;
    private const int MaxSnapshotLength = 2_000_000;
    private const int MaxTargetsLength = 5_000_000;
    private const int MaxRootRotations = 256;
    private const int MaxDelegations = 32;

    private readonly ITrustStore _store = store;
    private TrustedMetadata? _trusted;
    private byte[]? _timestamp;
    private bool _wrote;

    /// <summary>Makes <paramref name="root"/> (the bytes of a root.json got on a trusted way) the trust anchor of an empty store.</summary>
    /// <exception cref="TufException">It is not a root signed by its own threshold.</exception>
    public static async Task Initialise(ITrustStore store, ReadOnlyMemory<byte> root, CancellationToken ct = default)
    {
        _ = new TrustedMetadata(root, DateTimeOffset.MinValue);
        await store.Write("root.json", root, ct);
    }

    /// <summary>Loads what the store holds without any link and whatever its age: what was trusted may still be shown.</summary>
    /// <returns>False when the store holds nothing to show (only a root, say).</returns>
    public async Task<bool> LoadTrusted(CancellationToken ct = default)
    {
        try
        {
            await Update(mirror: null, DateTimeOffset.MinValue, ct);
            return true;
        }
        catch (TufException e) when (e.Fault != TufFault.NotTrusted)
        {
            return await LoadInterrupted(ct);
        }
        catch (TufException)
        {
            return false;
        }
    }

    /// <summary>The whole workflow: root chain, timestamp, snapshot, targets. <paramref name="now"/> is the reference time for expiry.</summary>
    /// <exception cref="TufException">The mirror offers something that is refused, or lacks something.</exception>
    public Task<RefreshOutcome> Refresh(IMirror mirror, DateTimeOffset now, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(mirror);
        return Update(mirror, now, ct);
    }

    /// <summary>
    /// As <see cref="Refresh"/>, but when the mirror's timestamp is byte for byte the trusted one and nothing has expired,
    /// that one fetch is all. Whoever publishes a new root publishes a new timestamp too, so nothing is missed.
    /// </summary>
    public async Task<RefreshOutcome> Poll(IMirror mirror, DateTimeOffset now, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(mirror);
        if (_timestamp is not null && _trusted?.AnyExpired(now) == false)
        {
            var offered = await mirror.FetchMetadata("timestamp.json", MaxTimestampLength, ct);
            if (offered is not null && offered.AsSpan().SequenceEqual(_timestamp))
            {
                return RefreshOutcome.Unchanged;
            }
        }
        return await Update(mirror, now, ct);
    }

    /// <summary>
    /// The feed's releases and recalls as of the last refresh (or load). Fetches the feed's metadata and recall list from
    /// <paramref name="mirror"/> only when the store lacks them; null mirror: only what the store holds.
    /// </summary>
    /// <exception cref="TufException">There is no such feed, or what is offered for it is refused.</exception>
    /// <exception cref="ContentException">The feed's keys signed something that is not a feed.</exception>
    public async Task<FeedView> LoadFeed(
        string feed,
        IMirror? mirror,
        DateTimeOffset now,
        CancellationToken ct = default
    )
    {
        var trusted = Trusted;
        var delegation =
            trusted.Targets["targets"].Delegations.FirstOrDefault(d => d.Name == feed)
            ?? throw new TufException(TufFault.UnknownTarget, feed, "there is no such feed");
        var role = await LoadTargets(trusted, feed, "targets", mirror, now, ct);
        var covered = role.Targets.Values.Where(t => delegation.Covers(t.Path)).ToDictionary(t => t.Path);
        var recalls = covered.TryGetValue(PlaneLayout.RecallsTarget(feed), out var target)
            ? await LoadRecalls(feed, ToTrusted(target), mirror, ct)
            : [];
        return FeedFormat.View(feed, role.File.Version, role.File.Expires, covered.Values, recalls);
    }

    /// <summary>Pre-order search through targets and its delegations. Null: no trusted role lists it.</summary>
    public async Task<TrustedTarget?> FindTarget(
        string path,
        IMirror? mirror,
        DateTimeOffset now,
        CancellationToken ct = default
    )
    {
        var trusted = Trusted;
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var toVisit = new Stack<(string Role, string Parent)>([("targets", "root")]);
        while (visited.Count <= MaxDelegations && toVisit.TryPop(out var next))
        {
            if (!visited.Add(next.Role))
            {
                continue;
            }
            var role = await LoadTargets(trusted, next.Role, next.Parent, mirror, now, ct);
            if (role.Targets.TryGetValue(path, out var target))
            {
                return ToTrusted(target);
            }
            var children = new List<(string, string)>();
            foreach (var delegation in role.Delegations.Where(d => d.Covers(path)))
            {
                children.Add((delegation.Name, next.Role));
                if (delegation.Terminating)
                {
                    // Nobody after this one has a say.
                    toVisit.Clear();
                    break;
                }
            }
            children.Reverse();
            children.ForEach(toVisit.Push);
        }
        return null;
    }

    /// <summary>Streams a target to <paramref name="destination"/>, and throws at the end if length or hash differ: use nothing before that.</summary>
    /// <exception cref="TufException">Missing, or other bytes than signed.</exception>
    public static async Task Download(
        TrustedTarget target,
        IMirror mirror,
        Stream destination,
        CancellationToken ct = default
    )
    {
        await using var source =
            await mirror.OpenContent(target.PlanePath, range: null, ct)
            ?? throw new TufException(TufFault.Missing, target.Path, "the mirror does not have it");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        long length = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, ct)) > 0)
        {
            length += read;
            if (length > target.Length)
            {
                throw new TufException(TufFault.TooLong, target.Path, $"more than the signed {target.Length} bytes");
            }
            hash.AppendData(buffer, 0, read);
            await destination.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        if (length != target.Length)
        {
            throw new TufException(
                TufFault.WrongLength,
                target.Path,
                $"{length} bytes instead of the signed {target.Length}"
            );
        }
        if (new Sha256Digest(hash.GetHashAndReset()) != target.Sha256)
        {
            throw new TufException(TufFault.WrongHash, target.Path, "its hash is not the signed one");
        }
    }

    /// <summary>Downloads and parses a release's manifest.</summary>
    /// <exception cref="TufException">Missing, longer than 64 MiB, or other bytes than signed.</exception>
    /// <exception cref="ContentException">It is not a manifest of this release.</exception>
    public static async Task<ReleaseManifest> DownloadManifest(
        FeedRelease release,
        IMirror mirror,
        CancellationToken ct = default
    )
    {
        var manifest = ReleaseManifest.Parse(await DownloadBytes(release.Manifest, mirror, ct));
        return manifest.Release.ReleaseId == release.Release.ReleaseId
            ? manifest
            : throw new ContentException(ContentException.Malformed, "The manifest is of another release.");
    }

    internal static async Task<byte[]> DownloadBytes(TrustedTarget target, IMirror mirror, CancellationToken ct)
    {
        if (target.Length > 64 * 1024 * 1024)
        {
            throw new TufException(
                TufFault.TooLong,
                target.Path,
                $"{target.Length} bytes are more than is read at once"
            );
        }
        using var content = new MemoryStream();
        await Download(target, mirror, content, ct);
        return content.ToArray();
    }

    private TrustedMetadata Trusted =>
        _trusted ?? throw new TufException(TufFault.NotTrusted, "root", "nothing was refreshed or loaded yet");

    /// <summary>The workflow; without a mirror, on the store alone.</summary>
    private async Task<RefreshOutcome> Update(IMirror? mirror, DateTimeOffset now, CancellationToken ct)
    {
        var root =
            await _store.Read("root.json", ct)
            ?? throw new TufException(TufFault.NotTrusted, "root", "the trust store holds no root.json");
        var trusted = new TrustedMetadata(root, now);
        _wrote = false;
        if (mirror is not null)
        {
            await UpdateRoot(trusted, mirror, ct);
        }
        trusted.CheckRootExpiry();
        await UpdateTimestamp(trusted, mirror, ct);
        await UpdateSnapshot(trusted, mirror, ct);
        await LoadTargets(trusted, "targets", "root", mirror, now, ct);
        _trusted = trusted;
        _timestamp = trusted.Timestamp!.File.Bytes.ToArray();
        return _wrote ? RefreshOutcome.Updated : RefreshOutcome.Unchanged;
    }

    private async Task Keep(string name, byte[] bytes, CancellationToken ct)
    {
        await _store.Write(name, bytes, ct);
        _wrote = true;
    }

    private async Task UpdateRoot(TrustedMetadata trusted, IMirror mirror, CancellationToken ct)
    {
        var first = trusted.Root.File.Version;
        while (trusted.Root.File.Version < first + MaxRootRotations)
        {
            var name = $"{trusted.Root.File.Version + 1}.root.json";
            if (await mirror.FetchMetadata(name, MaxRootLength, ct) is not { } bytes)
            {
                break;
            }
            RefuseTooLong(bytes, MaxRootLength, "root");
            trusted.UpdateRoot(bytes);
            await Keep("root.json", bytes, ct);
        }
    }

    private async Task UpdateTimestamp(TrustedMetadata trusted, IMirror? mirror, CancellationToken ct)
    {
        if (await _store.Read("timestamp.json", ct) is { } local)
        {
            try
            {
                trusted.UpdateTimestamp(local);
            }
            catch (TufException) when (mirror is not null)
            {
                // Expired, or its keys are trusted no more: the mirror's counts.
            }
        }
        if (mirror is null && trusted.Timestamp is not null)
        {
            return;
        }
        var bytes = await Fetch(mirror, "timestamp", "timestamp.json", MaxTimestampLength, ct);
        if (trusted.UpdateTimestamp(bytes))
        {
            await Keep("timestamp.json", bytes, ct);
        }
    }

    private async Task UpdateSnapshot(TrustedMetadata trusted, IMirror? mirror, CancellationToken ct)
    {
        if (await _store.Read("snapshot.json", ct) is { } local)
        {
            try
            {
                trusted.UpdateSnapshot(local, isLocal: true);
                return;
            }
            catch (TufException) when (mirror is not null)
            {
                // Older than what the timestamp names: the mirror has the newer one.
            }
        }
        var meta = trusted.Timestamp!.Snapshot;
        var name = Versioned(trusted, "snapshot", meta);
        var bytes = await Fetch(mirror, "snapshot", name, Limit(meta, MaxSnapshotLength), ct);
        trusted.UpdateSnapshot(bytes, isLocal: false);
        await Keep("snapshot.json", bytes, ct);
    }

    private async Task<TargetsRole> LoadTargets(
        TrustedMetadata trusted,
        string role,
        string parent,
        IMirror? mirror,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var targets =
            trusted.Targets.GetValueOrDefault(role)
            ?? await LoadStored(trusted, role, parent, mirror, ct)
            ?? await FetchTargets(trusted, role, parent, mirror, ct);
        return mirror is null || targets.File.Expires > now
            ? targets
            : throw new TufException(TufFault.Expired, role, $"expired at {targets.File.Expires:u}");
    }

    private async Task<TargetsRole?> LoadStored(
        TrustedMetadata trusted,
        string role,
        string parent,
        IMirror? mirror,
        CancellationToken ct
    )
    {
        if (await _store.Read(Escape(role) + ".json", ct) is not { } local)
        {
            return null;
        }
        try
        {
            if (trusted.Snapshot is not null)
            {
                return trusted.UpdateTargets(local, role, parent);
            }
        }
        catch (TufException) when (mirror is not null)
        {
            // Not what the snapshot names: the mirror has that.
            return null;
        }
        catch (TufException) when (parent != "root")
        {
            // Power went before the newer one came; see LoadInterrupted.
        }
        return trusted.ReadStored(local, role, parent);
    }

    private async Task<TargetsRole> FetchTargets(
        TrustedMetadata trusted,
        string role,
        string parent,
        IMirror? mirror,
        CancellationToken ct
    )
    {
        if (trusted.Snapshot is null)
        {
            throw Missing(role, $"{role}.json in the store");
        }
        var meta = trusted.MetaOf(role);
        var bytes = await Fetch(mirror, role, Versioned(trusted, role, meta), Limit(meta, MaxTargetsLength), ct);
        var targets = trusted.UpdateTargets(bytes, role, parent);
        await Keep(Escape(role) + ".json", bytes, ct);
        return targets;
    }

    /// <summary>Power went between two writes of a refresh: root, targets and feeds are there and signed, and that is enough to show.</summary>
    private async Task<bool> LoadInterrupted(CancellationToken ct)
    {
        try
        {
            var trusted = new TrustedMetadata((await _store.Read("root.json", ct))!, DateTimeOffset.MinValue);
            if (await _store.Read("targets.json", ct) is not { } targets)
            {
                return false;
            }
            trusted.TakeStoredTargets(targets);
            _trusted = trusted;
            _timestamp = null;
            return true;
        }
        catch (TufException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<Recall>> LoadRecalls(
        string feed,
        TrustedTarget target,
        IMirror? mirror,
        CancellationToken ct
    )
    {
        var name = Escape(feed) + ".recalls.json";
        var local = await _store.Read(name, ct);
        if (local is not null && (mirror is null || Sha256Digest.Of(local) == target.Sha256))
        {
            return FeedFormat.ReadRecalls(local);
        }
        if (mirror is null)
        {
            // Power went between feed and recalls: the feed itself does not list what was recalled.
            return [];
        }
        var bytes = await DownloadBytes(target, mirror, ct);
        var recalls = FeedFormat.ReadRecalls(bytes);
        await _store.Write(name, bytes, ct);
        return recalls;
    }

    private TrustedTarget ToTrusted(SignedTarget target) =>
        new(
            target.Path,
            target.Length,
            target.Hashes.Sha256
                ?? throw new TufException(TufFault.Malformed, target.Path, "it is not signed with a SHA-256")
        )
        {
            HasPlainName = !Trusted.Root.ConsistentSnapshot,
        };

    private static async Task<byte[]> Fetch(
        IMirror? mirror,
        string role,
        string name,
        int maxLength,
        CancellationToken ct
    )
    {
        var bytes =
            (mirror is null ? null : await mirror.FetchMetadata(name, maxLength, ct)) ?? throw Missing(role, name);
        RefuseTooLong(bytes, maxLength, role);
        return bytes;
    }

    private static TufException Missing(string role, string name) => new(TufFault.Missing, role, $"there is no {name}");

    private static void RefuseTooLong(byte[] bytes, int maxLength, string role)
    {
        if (bytes.Length > maxLength)
        {
            throw new TufException(TufFault.TooLong, role, $"more than {maxLength} bytes");
        }
    }

    private static int Limit(MetaFile meta, int max) => (int)Math.Min(meta.Length ?? max, max);

    private static string Versioned(TrustedMetadata trusted, string role, MetaFile meta) =>
        trusted.Root.ConsistentSnapshot ? $"{meta.Version}.{Escape(role)}.json" : $"{Escape(role)}.json";

    private static string Escape(string role) => Uri.EscapeDataString(role);
}
