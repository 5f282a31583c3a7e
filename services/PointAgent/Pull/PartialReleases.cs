using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Transfers begun and not finished: the manifest in the database, in a folder a file of chunks of the pack and the first bytes of heads and deltas
/// under their digest. A release that is here whole before its time is <em>ready</em>.
/// </summary>
internal sealed class PartialReleases
{
    private const string Chunks = ".chunks";
    private readonly string _folder;
    private readonly AgentDb _db;
    private readonly FileStore _files;

    /// <summary>Files that this process wrote to.</summary>
    private readonly HashSet<string> _ours = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _ready = [];

    public PartialReleases(AgentOptions options, AgentDb db, FileStore files)
    {
        (_folder, _db, _files) = (Path.Combine(options.DataFolder, "pulls"), db, files);
        foreach (
            var manifest in db.Read(c =>
                c.Query("SELECT manifest FROM pull WHERE is_ready", row => row.GetFieldValue<byte[]>(0))
            )
        )
            Expect(ReleaseManifest.Parse(manifest));
    }

    public PartialRelease OpenChunks(Guid release) => new(PathOf(release, Chunks));

    public PartialObject OpenObject(Guid release, HeadedObject wanted)
    {
        var path = PathOf(release, $".{wanted.Head}");
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
        if (isReady)
            Expect(manifest);
    }

    public bool IsReady(Guid release) => _ready.Contains(release);

    /// <summary>It is on the screen.</summary>
    public void Done(Guid release)
    {
        Drop(release);
        _ready.Remove(release);
        _files.LetGo(release);
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
        foreach (var release in _ready.Where(r => !wanted.Contains(r)).ToList())
        {
            _ready.Remove(release);
            _files.LetGo(release);
        }
        var unwanted = _db.Read(c => c.Query("SELECT release FROM pull", row => row.GetString(0)))
            .Where(r => !wanted.Contains(Guid.Parse(r)))
            .ToList();
        if (unwanted.Count > 0)
            _db.Write(c => unwanted.ForEach(r => c.Execute("DELETE FROM pull WHERE release = $id", ("$id", r))));
    }

    private void Expect(ReleaseManifest manifest)
    {
        _ready.Add(manifest.Release.ReleaseId);
        _files.KeepOnly(manifest.Release.ReleaseId, manifest.Files.Select(f => f.Sha256.ToString()));
    }

    private string PathOf(Guid release, string what) => Path.Combine(_folder, release + what);

    private string[] PathsOf(Guid release) =>
        Directory.Exists(_folder) ? Directory.GetFiles(_folder, $"{release}.*") : [];
}
