using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Pull;

/// <summary>Chunks of a wanted release that stand in files of releases held already, each read and verified.</summary>
internal sealed class HeldChunks
{
    private readonly Dictionary<ChunkId, (string Path, long Offset, int Length)> _places = [];

    public int Count => _places.Count;

    public static HeldChunks Find(Shelf shelf, FileStore files, PackIndex wanted)
    {
        var missing = wanted.Chunks.Select(c => c.Id).ToHashSet();
        var found = new HeldChunks();
        foreach (var (manifestBytes, contents) in shelf.Contents())
        {
            var manifest = ReleaseManifest.Parse(manifestBytes);
            foreach (var place in PackIndex.Parse(contents, manifest).Locate(manifest))
                if (missing.Contains(place.Id))
                    found.Take(place, files.PathOf(place.File.Sha256.ToString()));
        }
        return found;
    }

    public bool Holds(ChunkId id) => _places.ContainsKey(id);

    public byte[] Read(ChunkId id)
    {
        var (path, offset, length) = _places[id];
        var content = new byte[length];
        using var file = File.OpenHandle(path);
        return RandomAccess.Read(file, content, offset) == length ? content : [];
    }

    private void Take(ChunkLocation place, string path)
    {
        if (!File.Exists(path) || !_places.TryAdd(place.Id, (path, place.Offset, place.Length)))
            return;
        // A rotten disk sector must cost a fetch, not the release.
        if (ChunkId.Of(Read(place.Id)) != place.Id)
            _places.Remove(place.Id);
    }
}
