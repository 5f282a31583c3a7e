using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Transfers begun and not finished: the manifest in the database, in a folder a file of chunks of the pack and the first bytes of heads and deltas
/// under their digest. Files of them that are here whole lie in the store, and stay. A release that is here whole before its time is <em>ready</em>.
/// </summary>
internal sealed class PartialReleases
{
    private const string Chunks = ".chunks";
    private readonly string _folder;
    private readonly AgentDb _db;
    private readonly FileStore _store;

    /// <summary>Files that this process wrote to.</summary>
    private readonly HashSet<string> _ours = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string[]> _files = [];
    private readonly HashSet<Guid> _ready = [];

    public PartialReleases(AgentOptions options, AgentDb db, FileStore store)
    {
        (_folder, _db, _store) = (Path.Combine(options.DataFolder, "pulls"), db, store);
        foreach (
            var (manifest, isReady) in db.Read(c =>
                c.Query("SELECT manifest, is_ready FROM pull", row => (row.GetFieldValue<byte[]>(0), row.GetBoolean(1)))
            )
        )
            Expect(ReleaseManifest.Parse(manifest), isReady);
    }

    public PartialRelease OpenChunks(Guid release) => new(PathOf(release, Chunks));

    public PartialObject OpenObject(Guid release, HeadedObject wanted) => Open(release, wanted.Head);

    /// <summary>One of the release's files, on its way by itself.</summary>
    public PartialObject OpenFile(Guid release, Sha256Digest file) => Open(release, file);

    private PartialObject Open(Guid release, Sha256Digest digest)
    {
        var path = PathOf(release, $".{digest}");
        return new PartialObject(path, isOfThisRun: !_ours.Add(path));
    }

    /// <summary>Bytes of chunks of the pack that are here.</summary>
    public long ChunkBytes(Guid release) =>
        new FileInfo(PathOf(release, Chunks)) is { Exists: true } chunks ? chunks.Length : 0;

    /// <summary>Bytes of objects that are here, by the digest of their head.</summary>
    public IReadOnlyDictionary<Sha256Digest, long> Begun(Guid release)
    {
        var begun = new Dictionary<Sha256Digest, long>();
        foreach (var path in PathsOf(release))
            if (Sha256Digest.TryParse(Path.GetExtension(path).TrimStart('.'), out var head))
                begun[head] = new FileInfo(path).Length;
        return begun;
    }

    /// <summary>Bytes of all that is here of it: whether an attempt came further than the one before.</summary>
    public long BytesOf(Guid release) => PathsOf(release).Sum(path => new FileInfo(path).Length);

    public void Drop(Guid release, HeadedObject begun) => File.Delete(PathOf(release, $".{begun.Head}"));

    public void Drop(Guid release)
    {
        foreach (var path in PathsOf(release))
            File.Delete(path);
    }

    /// <summary>The manifest, if it has come already.</summary>
    public ReleaseManifest? Manifest(FeedRelease wanted) =>
        _db.Read(c =>
            c.Scalar<byte[]>(
                "SELECT manifest FROM pull WHERE release = $id",
                ("$id", wanted.Release.ReleaseId.ToString())
            )
        )
            is { } kept
        && Sha256Digest.Of(kept) == wanted.Manifest.Sha256
            ? ReleaseManifest.Parse(kept)
            : null;

    public void Keep(ReleaseManifest manifest, bool isReady = false)
    {
        _db.Write(c =>
        {
            c.Execute(
                "INSERT OR REPLACE INTO pull (release, manifest, is_ready) VALUES ($id, $manifest, $ready)",
                ("$id", manifest.Release.ReleaseId.ToString()),
                ("$manifest", manifest.ToBytes()),
                ("$ready", isReady)
            );
        });
        Expect(manifest, isReady);
    }

    public bool IsReady(Guid release) => _ready.Contains(release);

    /// <summary>It goes on later: what it leaned on is needed no more, its own files stay.</summary>
    public void Pause(Guid release)
    {
        if (_files.TryGetValue(release, out var files))
            _store.KeepOnly(release, files);
        else
            _store.LetGo(release);
    }

    /// <summary>It is on the screen, or there is no room for what is here of it.</summary>
    public void Clear(Guid release)
    {
        Drop(release);
        Forget(release);
    }

    /// <summary>Those of releases that are no longer wanted go: recalled, superseded on the way, or shown.</summary>
    public void KeepOnly(IReadOnlySet<Guid> wanted)
    {
        if (Directory.Exists(_folder))
            foreach (var path in Directory.GetFiles(_folder))
                if (
                    !Guid.TryParse(Path.GetFileNameWithoutExtension(path), out var release)
                    || !wanted.Contains(release)
                    || !Path.HasExtension(path)
                )
                    File.Delete(path);
        foreach (var release in _files.Keys.Where(r => !wanted.Contains(r)).ToList())
            Forget(release);
        var unwanted = _db.Read(c => c.Query("SELECT release FROM pull", row => row.GetString(0)))
            .Where(r => !wanted.Contains(Guid.Parse(r)))
            .ToList();
        if (unwanted.Count > 0)
            _db.Write(c => unwanted.ForEach(r => c.Execute("DELETE FROM pull WHERE release = $id", ("$id", r))));
    }

    private void Expect(ReleaseManifest manifest, bool isReady)
    {
        var id = manifest.Release.ReleaseId;
        _files[id] = [.. manifest.Files.Select(f => f.Sha256.ToString())];
        if (isReady)
            _ready.Add(id);
        _store.Keep(id, _files[id]);
    }

    private void Forget(Guid release)
    {
        _files.Remove(release);
        _ready.Remove(release);
        _store.LetGo(release);
    }

    private string PathOf(Guid release, string what) => Path.Combine(_folder, release + what);

    private string[] PathsOf(Guid release) =>
        Directory.Exists(_folder) ? Directory.GetFiles(_folder, $"{release}.*") : [];
}
