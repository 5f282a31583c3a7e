using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Wanted chunks that stand in files held already, found by cutting those anew as the publisher cut them: nothing needs to be kept for it. A chunk
/// has 8 bytes of hash; what is made of it is hashed whole.
/// </summary>
internal sealed class HeldChunks : IDisposable
{
    /// <summary>Places remembered: some MB, whatever the size of the pack.</summary>
    private const int MostPlaces = 128 * 1024;

    private readonly List<HeldFile> _files = [];
    private readonly Dictionary<ChunkId, (int File, long Offset, int Length)> _places = [];
    private (int File, Stream Seen)? _open;

    public int Count => _places.Count;

    /// <param name="files">The files, most promising first.</param>
    /// <param name="wanted">The chunks to be found in them.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<HeldChunks> Find(
        IEnumerable<HeldFile> files,
        IReadOnlySet<ChunkId> wanted,
        CancellationToken stop
    )
    {
        var found = new HeldChunks();
        var most = Math.Min(wanted.Count, MostPlaces);
        foreach (var file in files)
        {
            if (found.Count >= most)
                break;
            try
            {
                await found.Look(file, wanted, stop);
            }
            catch (IOException)
            {
                // A rotten sector, or the file is gone: what is in it has to be fetched.
            }
        }
        return found;
    }

    public bool Holds(ChunkId id) => _places.ContainsKey(id);

    /// <summary>The chunk's bytes; others, or none, when the file has changed since.</summary>
    public byte[] Read(ChunkId id)
    {
        var (file, offset, length) = _places[id];
        if (_open?.File != file)
        {
            _open?.Seen.Dispose();
            _open = null;
            if (!File.Exists(_files[file].Path))
                return [];
            _open = (file, _files[file].Open());
        }
        var content = new byte[length];
        var seen = _open.Value.Seen;
        seen.Position = offset;
        return seen.ReadAtLeast(content, length, throwOnEndOfStream: false) == length ? content : [];
    }

    public void Dispose() => _open?.Seen.Dispose();

    private async Task Look(HeldFile file, IReadOnlySet<ChunkId> wanted, CancellationToken stop)
    {
        if (!File.Exists(file.Path))
            return;
        _files.Add(file);
        await using var seen = file.Open();
        await foreach (var chunk in ReleaseBuilder.Locate(seen, stop))
            if (_places.Count < MostPlaces && wanted.Contains(chunk.Id))
                _places.TryAdd(chunk.Id, (_files.Count - 1, chunk.Offset, chunk.Length));
    }
}

/// <summary>A file in which chunks may be found.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="See">Shows it as it was cut.</param>
internal sealed record HeldFile(string Path, Func<Stream, Stream> See)
{
    public Stream Open() => See(File.OpenRead(Path));
}
