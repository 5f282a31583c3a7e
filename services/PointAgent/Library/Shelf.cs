using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;
using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// What the point holds whole. A release comes onto the shelf, takes the place of an older one, or leaves it in one
/// transaction with the event that tells the server; the portal reads a snapshot in memory.
/// </summary>
internal sealed class Shelf
{
    private const int WorthPacking = 500;

    private readonly AgentDb _db;
    private readonly FileStore _files;
    private readonly TrustedClock _clock;
    private readonly ILogger<Shelf> _log;
    private readonly Lock _turn = new();
    private ImmutableArray<Release> _held = [];
    private ImmutableArray<Release> _torn = [];

    /// <summary>Off the screen already, but the disk was too full to write it down.</summary>
    private List<(Release Release, string Reason)> _owed = [];

    /// <summary>There are files that could not be removed yet.</summary>
    private bool _isUntidy;

    public Shelf(AgentDb db, FileStore files, TrustedClock clock, ILogger<Shelf> log)
    {
        (_db, _files, _clock, _log) = (db, files, clock, log);
        Reload();
    }

    /// <summary>Everything held, newest first, whether or not it is within its validity.</summary>
    public ImmutableArray<Release> Held => _held;

    /// <summary>What is held, and what would be had the disk not spoilt some of it.</summary>
    public IEnumerable<Release> Kept => _held.Concat(_torn);

    /// <summary>What a citizen may see now.</summary>
    public IEnumerable<Release> Shown
    {
        get
        {
            var now = _clock.Now;
            return _held.Where(r => r.IsShownAt(now));
        }
    }

    public Release? Find(string package) => Shown.FirstOrDefault(r => r.Package == package);

    /// <summary>All files of the release are in the store: from the next page view on, citizens see it whole.</summary>
    public void Show(Release release, ReadOnlyMemory<byte> manifest, PointEvent pulled)
    {
        _db.Index(release, _files);
        lock (_turn)
            Replace(release, manifest, pulled);
        _log.LogInformation(
            "On the screen: {Package} version {Version}, {Release}",
            release.Package,
            release.Version,
            release.Id
        );
    }

    private void Replace(Release release, ReadOnlyMemory<byte> manifest, PointEvent pulled)
    {
        _db.Write(c =>
        {
            if (Kept.FirstOrDefault(r => r.Package == release.Package) is { } older)
            {
                if (older.Id == release.Id)
                    c.Execute("DELETE FROM release WHERE id = $id", ("$id", older.Id.ToString()));
                else
                    TakeOff(c, older, "superseded");
            }
            c.Execute(
                """
                INSERT INTO release (id, package, version, document, manifest, shown_at)
                VALUES ($id, $package, $version, $document, $manifest, $at)
                """,
                ("$id", release.Id.ToString()),
                ("$package", release.Package),
                ("$version", release.Version),
                ("$document", Packed(release)),
                ("$manifest", manifest.ToArray()),
                ("$at", _clock.Now.ToString("O"))
            );
            c.Execute("DELETE FROM pull WHERE release = $id", ("$id", release.Id.ToString()));
            c.Tell(About(release, "shown"));
            c.Tell(pulled);
        });
        Reload(release);
        Sweep();
    }

    /// <summary>
    /// Takes releases off the screen, and their bytes off the disk. The screen comes first, come what may: when the disk is too
    /// full to write it down, this throws, and the next call tries again; so it does with files that could not be removed.
    /// </summary>
    public void Remove(IEnumerable<(Release Release, string Reason)> leaving)
    {
        lock (_turn)
        {
            _owed.AddRange(leaving);
            if (_owed.Count == 0)
            {
                if (_isUntidy)
                    Sweep();
                return;
            }
            (_held, _torn) = (_held.RemoveAll(IsOwed), _torn.RemoveAll(IsOwed));
            Sweep();
            _db.Write(c =>
            {
                foreach (var (release, reason) in _owed)
                    TakeOff(c, release, reason);
            });
            foreach (var (release, reason) in _owed)
                _log.LogInformation(
                    "Off the screen: {Package} {Release}, {Reason}",
                    release.Package,
                    release.Id,
                    reason
                );
            var isOver = _owed.Exists(o => o.Reason == "expired");
            _owed = [];
            // Should the clock fall back, it is over all the same.
            if (isOver)
                _clock.See();
        }
    }

    /// <summary>On start: files half written or named by nothing go, words too, and a release that lost a file leaves the screen rather than be shown torn.</summary>
    public void Check()
    {
        Tear(r => r.Files.Any(f => !_files.Has(f.Sha256, f.Size)));
        _files.ClearScratch();
        Tidy();
        _db.WriteQuickly(c => c.Execute("DELETE FROM search WHERE release NOT IN (SELECT id FROM release)"));
    }

    /// <summary>This file is not what its name says: what it is part of leaves the screen until it came anew.</summary>
    public void Lose(string file) => Tear(r => r.Files.Any(f => f.Sha256 == file));

    private void Tear(Predicate<Release> isTorn)
    {
        lock (_turn)
        {
            var torn = _held.Where(r => isTorn(r)).ToList();
            if (torn.Count == 0)
                return;
            (_held, _torn) = (_held.RemoveRange(torn), _torn.AddRange(torn));
            _db.Write(c =>
            {
                foreach (var release in torn)
                {
                    c.Execute("UPDATE release SET is_torn = 1 WHERE id = $id", ("$id", release.Id.ToString()));
                    c.Tell(About(release, "removed") with { Reason = "damaged" });
                }
            });
            foreach (var release in torn)
                _log.LogError(
                    "The disk has spoilt a file of {Package} {Release}: off the screen until it came anew",
                    release.Package,
                    release.Id
                );
        }
    }

    /// <summary>Files that no release names any more leave the disk.</summary>
    public void Tidy()
    {
        lock (_turn)
            Sweep();
    }

    /// <summary>
    /// Releases in whose files bytes of another one are likely to be found: of the same package first, then those that share a file with it.
    /// </summary>
    public IEnumerable<Release> Kin(string package, ReleaseManifest? manifest)
    {
        var names = manifest?.Files.Select(f => f.Sha256.ToString()).ToHashSet(StringComparer.Ordinal) ?? [];
        return Kept.Where(r => r.Package == package || r.Files.Any(f => names.Contains(f.Sha256)))
            .OrderByDescending(r => r.Package == package);
    }

    /// <summary>
    /// The manifest of a release that is held, from which a delta may start. Null: it is in a format that is read no more; the release is
    /// shown all the same.
    /// </summary>
    public ReleaseManifest? ManifestOf(Release held)
    {
        var manifest = _db.Read(c =>
            c.Scalar<byte[]>("SELECT manifest FROM release WHERE id = $id", ("$id", held.Id.ToString()))
        );
        try
        {
            return manifest is null ? null : ReleaseManifest.Parse(manifest);
        }
        catch (ContentException)
        {
            return null;
        }
    }

    private void TakeOff(SqliteConnection c, Release release, string reason)
    {
        c.Execute("DELETE FROM release WHERE id = $id", ("$id", release.Id.ToString()));
        c.Execute("DELETE FROM search WHERE release = $id", ("$id", release.Id.ToString()));
        c.Tell(About(release, "removed") with { Reason = reason });
    }

    private PointEvent About(Release release, string kind) =>
        PointEvent.Of(kind, _clock.Now) with
        {
            ReleaseId = release.Id,
            Package = release.Package,
            Version = release.Version,
        };

    private void Reload(Release? shown = null)
    {
        var known = (shown is null ? Kept : Kept.Append(shown)).DistinctBy(r => r.Id).ToDictionary(r => r.Id);
        var kept = _db.Read(c =>
                c.Query(
                    "SELECT id, is_torn, document FROM release",
                    row =>
                        (
                            Release: known.GetValueOrDefault(row.GetGuid(0)) ?? Unpacked(row.GetFieldValue<byte[]>(2)),
                            IsTorn: row.GetBoolean(1)
                        )
                )
            )
            .Where(k => !IsOwed(k.Release))
            .OrderByDescending(k => k.Release.MadeAt)
            .ThenByDescending(k => k.Release.Id)
            .ToLookup(k => k.IsTorn, k => k.Release);
        (_held, _torn) = ([.. kept[false]], [.. kept[true]]);
    }

    /// <summary>
    /// Of a release of ten thousand files it is two megabytes of text, of which the database would make several copies. Of most it is a page, which
    /// stays as it is: at a start all of them are read.
    /// </summary>
    private static byte[] Packed(Release release)
    {
        if (release.Files.Length < WorthPacking)
            return JsonSerializer.SerializeToUtf8Bytes(release, AgentJson.Default.Release);
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
            JsonSerializer.Serialize(zip, release, AgentJson.Default.Release);
        return packed.ToArray();
    }

    private static Release Unpacked(byte[] document)
    {
        if (document[0] == '{')
            return JsonSerializer.Deserialize(document, AgentJson.Default.Release)!;
        using var packed = new MemoryStream(document);
        using var text = new GZipStream(packed, CompressionMode.Decompress);
        return JsonSerializer.Deserialize(text, AgentJson.Default.Release)!;
    }

    private bool IsOwed(Release release) => _owed.Exists(o => o.Release.Id == release.Id);

    /// <summary>
    /// A death between this and the database leaves a release that lost its files, which <see cref="Check"/> finds, or files
    /// that nothing names, which the next sweep finds.
    /// </summary>
    private void Sweep()
    {
        var (removed, left) = _files.Sweep(Kept.SelectMany(r => r.Files).Select(f => f.Sha256).ToHashSet());
        if (removed > 0)
            _log.LogInformation("{Count} files no longer needed removed", removed);
        _isUntidy = left > 0;
        if (_isUntidy)
            _log.LogWarning("{Count} files no longer needed could not be removed", left);
    }
}
