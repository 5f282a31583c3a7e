using System.Security.Cryptography;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using ZstdSharp;

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
/// <param name="Sha256">Digest of the content; all zeros when another writer signed it by its SHA-512 alone.</param>
public sealed record TrustedTarget(string Path, long Length, Sha256Digest Sha256)
{
    /// <summary>Where it lies in the plane.</summary>
    public string PlanePath =>
        HasPlainName ? $"targets/{Path}"
        : Hashes.Sha256 is { } sha256 ? PlaneLayout.TargetPath(Path, sha256)
        : PlaneLayout.TargetPath(Path, Hashes.Sha512!);

    /// <summary>The same bytes, when they are what is signed.</summary>
    internal byte[] Check(byte[] content) =>
        content.Length == Length && Hashes.Match(content)
            ? content
            : throw new TufException(TufFault.WrongHash, Path, "its hash is not the signed one");

    // What other writers do: a repository without consistent snapshots, and SHA-512.
    internal bool HasPlainName { get; init; }
    internal SignedHashes Hashes { get; init; } = new(Sha256, null);
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
    private const int MaxTargetInMemory = 64 * 1024 * 1024;
    private static readonly TimeSpan RootEvery = TimeSpan.FromDays(1);

    private readonly ITrustStore _store = store;
    private TrustedMetadata? _trusted;
    private byte[]? _timestamp;
    private bool _wrote;
    private DateTimeOffset? _firstPollAt;
    private DateTimeOffset? _rootAskedAt;
    private News? _news;

    // Feeds that are trusted but not yet in the store: their bins go there first.
    private readonly HashSet<string> _unkept = new(StringComparer.Ordinal);

    /// <summary>
    /// What was wrong with the news (0003) that the last poll was offered; null when nothing was. They cost one request and gained nothing: the
    /// plain files were fetched in their place.
    /// </summary>
    public DistributionException? RefusedNews { get; private set; }

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
            await Update(mirror: null, DateTimeOffset.MinValue, null, withRoot: false, withNews: false, ct);
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
        RefusedNews = null;
        return Update(mirror, now, offered: null, withRoot: true, withNews: false, ct);
    }

    /// <summary>
    /// As <see cref="Refresh"/> in fewer bytes. When the mirror's timestamp is byte for byte the trusted one and nothing has expired, that one
    /// fetch is all; when it is newer, news are asked for before plain files. The next root is asked for once a day and whenever something is
    /// refused: who publishes a new one publishes a timestamp that it signs.
    /// </summary>
    public async Task<RefreshOutcome> Poll(IMirror mirror, DateTimeOffset now, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(mirror);
        if (_timestamp is null || _trusted is null || _trusted.AnyExpired(now) || IsRootDue(now))
        {
            return await Refresh(mirror, now, ct);
        }
        RefusedNews = null;
        var offered = await mirror.FetchMetadata("timestamp.json", MaxTimestampLength, ct);
        if (offered is null)
        {
            return await Refresh(mirror, now, ct);
        }
        if (offered.AsSpan().SequenceEqual(_timestamp))
        {
            return RefreshOutcome.Unchanged;
        }
        try
        {
            return await Update(mirror, now, offered, withRoot: _rootAskedAt is null, withNews: true, ct);
        }
        catch (TufException)
        {
            return await Refresh(mirror, now, ct);
        }
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
        var (role, isNew) = await LoadTargets(trusted, feed, delegation.Keys, mirror, now, ct);
        if (isNew)
        {
            _unkept.Add(feed);
        }
        var bins = new Dictionary<string, TargetsRole>(StringComparer.Ordinal);
        foreach (var bin in FeedFormat.BinsOf(feed, role).Where(b => trusted.Lists(b.Name)))
        {
            bins.Add(bin.Name, await LoadAndKeep(trusted, bin.Name, bin.Keys, mirror, now, ct));
        }
        if (_unkept.Remove(feed))
        {
            // Last, so that a power cut in between leaves what was listed before.
            await Keep(Escape(feed) + ".json", role.File.Bytes, ct);
        }
        var recalls =
            role.Targets.TryGetValue(PlaneLayout.RecallsTarget(feed), out var target) && delegation.Covers(target.Path)
                ? await LoadRecalls(feed, ToTrusted(target), role.File.Version, mirror, ct)
                : [];
        return FeedFormat.View(delegation, role, bins, recalls);
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
        var toVisit = new Stack<(string Role, RoleKeys Keys)>([("targets", trusted.TargetsKeys)]);
        while (visited.Count <= MaxDelegations && toVisit.TryPop(out var next))
        {
            if (!visited.Add(next.Role))
            {
                continue;
            }
            var role = await LoadAndKeep(trusted, next.Role, next.Keys, mirror, now, ct);
            if (role.Targets.TryGetValue(path, out var target))
            {
                return ToTrusted(target);
            }
            var children = new List<(string, RoleKeys)>();
            foreach (var delegation in role.Delegations.Where(d => d.Covers(path)))
            {
                children.Add((delegation.Name, delegation.Keys));
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
        using var hash = target.Hashes.Begin();
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
            hash.Append(buffer.AsSpan(0, read));
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
        if (!hash.Matches())
        {
            throw new TufException(TufFault.WrongHash, target.Path, "its hash is not the signed one");
        }
    }

    /// <summary>Downloads and parses a release's manifest: from the packed copy beside it, and where that is missing or wrong as it is.</summary>
    /// <param name="release">Which.</param>
    /// <param name="mirror">From where.</param>
    /// <param name="packedRefused">Hears of a packed copy that does not hold what is signed.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="TufException">Missing, longer than 64 MiB, or other bytes than signed.</exception>
    /// <exception cref="ContentException">It is not a manifest of this release, or of a format that is read no more (nothing is fetched then).</exception>
    public static async Task<ReleaseManifest> DownloadManifest(
        FeedRelease release,
        IMirror mirror,
        Action<TufException>? packedRefused = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(release);
        if (!release.IsFetchable)
        {
            throw new ContentException(
                ContentException.UnknownFormat,
                $"{release.Manifest.Path} is of a format that is read no more; it has yet to be published anew."
            );
        }
        var bytes =
            await DownloadPacked(release.Manifest, mirror, packedRefused, ct)
            ?? await DownloadBytes(release.Manifest, mirror, ct);
        var manifest = ReleaseManifest.Parse(bytes);
        return manifest.Release.ReleaseId == release.Release.ReleaseId
            ? manifest
            : throw new ContentException(ContentException.Malformed, "The manifest is of another release.");
    }

    internal static async Task<byte[]> DownloadBytes(TrustedTarget target, IMirror mirror, CancellationToken ct)
    {
        if (target.Length > MaxTargetInMemory)
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

    /// <summary>From the packed copy beside the target; null when there is none, or it does not hold what is signed.</summary>
    private static async Task<byte[]?> DownloadPacked(
        TrustedTarget target,
        IMirror mirror,
        Action<TufException>? refused,
        CancellationToken ct
    )
    {
        if (target.Length > MaxTargetInMemory)
        {
            return null;
        }
        await using var source = await mirror.OpenContent(PlaneLayout.PackedPath(target.PlanePath), range: null, ct);
        if (source is null)
        {
            return null;
        }
        var packed = new byte[ZstdPrefix.Bound((int)target.Length)];
        var length = await source.ReadAtLeastAsync(packed, packed.Length, throwOnEndOfStream: false, ct);
        var bytes = new byte[target.Length];
        try
        {
            ZstdPrefix.Decompress(packed.AsSpan(0, length), [], bytes);
            if (Sha256Digest.Of(bytes) == target.Sha256)
            {
                return bytes;
            }
        }
        catch (ZstdException)
        {
            // Not a frame at all.
        }
        refused?.Invoke(new(TufFault.WrongHash, target.Path, "its packed copy does not hold what is signed"));
        return null;
    }

    private TrustedMetadata Trusted =>
        _trusted ?? throw new TufException(TufFault.NotTrusted, "root", "nothing was refreshed or loaded yet");

    /// <summary>The workflow; without a mirror, on the store alone.</summary>
    private async Task<RefreshOutcome> Update(
        IMirror? mirror,
        DateTimeOffset now,
        byte[]? offered,
        bool withRoot,
        bool withNews,
        CancellationToken ct
    )
    {
        var root =
            await _store.Read("root.json", ct)
            ?? throw new TufException(TufFault.NotTrusted, "root", "the trust store holds no root.json");
        var trusted = new TrustedMetadata(root, now);
        _wrote = false;
        if (mirror is not null && withRoot)
        {
            await UpdateRoot(trusted, mirror, ct);
            _rootAskedAt = now;
        }
        trusted.CheckRootExpiry();
        await UpdateTimestamp(trusted, mirror, offered, ct);
        await UpdateSnapshot(trusted, mirror, withNews, ct);
        await LoadAndKeep(trusted, "targets", trusted.TargetsKeys, mirror, now, ct);
        _trusted = trusted;
        _timestamp = trusted.Timestamp!.File.Bytes.ToArray();
        _unkept.Clear();
        return _wrote ? RefreshOutcome.Updated : RefreshOutcome.Unchanged;
    }

    /// <summary>True a day after it was asked for; after a restart, a day after the first poll, but at the first change.</summary>
    private bool IsRootDue(DateTimeOffset now)
    {
        var since = now - (_rootAskedAt ?? (_firstPollAt ??= now));
        return since < TimeSpan.Zero || since >= RootEvery;
    }

    private async Task Keep(string name, ReadOnlyMemory<byte> bytes, CancellationToken ct)
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

    private async Task UpdateTimestamp(TrustedMetadata trusted, IMirror? mirror, byte[]? offered, CancellationToken ct)
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
        var bytes = offered ?? await Fetch(mirror, "timestamp", "timestamp.json", MaxTimestampLength, ct);
        RefuseTooLong(bytes, MaxTimestampLength, "timestamp");
        if (trusted.UpdateTimestamp(bytes))
        {
            await Keep("timestamp.json", bytes, ct);
        }
    }

    private async Task UpdateSnapshot(TrustedMetadata trusted, IMirror? mirror, bool withNews, CancellationToken ct)
    {
        _news = null;
        var local = await _store.Read("snapshot.json", ct);
        if (local is not null)
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
        if (withNews && trusted.Snapshot?.File.Version is { } before)
        {
            await FetchNews(before, meta.Version, mirror!, ct);
        }
        var accepted =
            Unpack("snapshot", meta.Version, local, trusted.Snapshot?.File.Version, bytes => Accept(bytes))
            ?? Accept(
                await Fetch(
                    mirror,
                    "snapshot",
                    Versioned(trusted, "snapshot", meta),
                    Limit(meta, MaxSnapshotLength),
                    ct
                )
            );
        await Keep("snapshot.json", accepted.File.Bytes, ct);

        SnapshotRole Accept(byte[] bytes)
        {
            trusted.UpdateSnapshot(bytes, isLocal: false);
            return trusted.Snapshot!;
        }
    }

    private async Task FetchNews(long before, long now, IMirror mirror, CancellationToken ct)
    {
        if (before >= now || now - before > News.MaxSteps)
        {
            return;
        }
        try
        {
            var bytes = await mirror.FetchMetadata(PlaneLayout.NewsName(before, now), News.MaxLength, ct);
            _news = bytes is null ? null : new(bytes);
        }
        catch (DistributionException e)
        {
            RefusedNews = e;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // Whatever the mirror's trouble is, the plain files may be without it.
        }
    }

    /// <summary>
    /// A file from the news, if it is there and accepted. Once anything of the news is refused no more is taken from it: what is left of it can
    /// only cost time.
    /// </summary>
    private T? Unpack<T>(string name, long version, byte[]? before, long? versionBefore, Func<byte[], T> accept)
        where T : class
    {
        if (
            _news?.BaseOf(name, version) is not { } leansOn
            || (leansOn != 0 && (before is null || leansOn != (versionBefore ?? leansOn)))
        )
        {
            return null;
        }
        try
        {
            return accept(_news.Unpack(name, before));
        }
        catch (DistributionException e)
        {
            RefusedNews = e;
            _news = null;
            return null;
        }
    }

    private async Task<TargetsRole> LoadAndKeep(
        TrustedMetadata trusted,
        string role,
        RoleKeys keys,
        IMirror? mirror,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (targets, isNew) = await LoadTargets(trusted, role, keys, mirror, now, ct);
        if (isNew)
        {
            await Keep(Escape(role) + ".json", targets.File.Bytes, ct);
        }
        return targets;
    }

    private async Task<(TargetsRole Targets, bool IsNew)> LoadTargets(
        TrustedMetadata trusted,
        string role,
        RoleKeys keys,
        IMirror? mirror,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var known = trusted.Targets.GetValueOrDefault(role);
        // Another role may have delegated to it before, and to other keys.
        if (known is not null)
        {
            keys.Verify(known.File, role);
        }
        known ??= await LoadStored(trusted, role, keys, mirror, ct);
        var targets = known ?? await FetchTargets(trusted, role, keys, mirror, ct);
        return mirror is null || targets.File.Expires > now
            ? (targets, known is null)
            : throw new TufException(TufFault.Expired, role, $"expired at {targets.File.Expires:u}");
    }

    private async Task<TargetsRole?> LoadStored(
        TrustedMetadata trusted,
        string role,
        RoleKeys keys,
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
                return trusted.UpdateTargets(local, role, keys);
            }
        }
        catch (TufException) when (mirror is not null)
        {
            // Not what the snapshot names: the mirror has that.
            return null;
        }
        catch (TufException) when (role != "targets")
        {
            // Power went before the newer one came; see LoadInterrupted.
        }
        return TrustedMetadata.ReadStored(local, role, keys);
    }

    private async Task<TargetsRole> FetchTargets(
        TrustedMetadata trusted,
        string role,
        RoleKeys keys,
        IMirror? mirror,
        CancellationToken ct
    )
    {
        if (trusted.Snapshot is null)
        {
            throw Missing(role, $"{role}.json in the store");
        }
        var meta = trusted.MetaOf(role);
        if (_news?.BaseOf(role, meta.Version) is { } leansOn)
        {
            var before = leansOn == 0 ? null : await _store.Read(Escape(role) + ".json", ct);
            if (Unpack(role, meta.Version, before, VersionOf(before, role), Accept) is { } unpacked)
            {
                return unpacked;
            }
        }
        return Accept(await Fetch(mirror, role, Versioned(trusted, role, meta), Limit(meta, MaxTargetsLength), ct));

        TargetsRole Accept(byte[] bytes) => trusted.UpdateTargets(bytes, role, keys);
    }

    private static long VersionOf(byte[]? stored, string role)
    {
        try
        {
            return stored is null ? 0 : TargetsRole.Read(stored, role).File.Version;
        }
        catch (TufException)
        {
            return 0;
        }
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
        long version,
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
        var bytes =
            Unpack(target.PlanePath, version, local, versionBefore: null, b => target.Check(b))
            ?? await DownloadBytes(target, mirror, ct);
        var recalls = FeedFormat.ReadRecalls(bytes);
        await _store.Write(name, bytes, ct);
        return recalls;
    }

    private TrustedTarget ToTrusted(SignedTarget target) =>
        new(target.Path, target.Length, target.Hashes.Sha256 ?? default)
        {
            HasPlainName = !Trusted.Root.ConsistentSnapshot,
            Hashes = target.Hashes,
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
