using System.Buffers.Binary;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// The chunks of one release on their way, in one file that only grows: id, length, bytes, again and again. Every chunk is
/// hashed when the file is opened, so whatever a power cut left at its end is found and cut off; a transfer resumes from the rest.
/// </summary>
internal sealed class PartialRelease : IDisposable
{
    private const int Header = 20;
    private const int LongestChunk = 64 * 1024;

    /// <summary>At most this much is fetched again after a power cut.</summary>
    private const int SyncEvery = 256 * 1024;

    private readonly FileStream _file;
    private readonly byte[] _record = new byte[Header + LongestChunk];
    private readonly Dictionary<ChunkId, (long Offset, int Length)> _chunks = [];
    private long _end;
    private long _synced;

    public PartialRelease(string path)
    {
        Durable.MakeFolder(Path.GetDirectoryName(path)!);
        var isNew = !File.Exists(path);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (isNew)
            Durable.FlushFolder(Path.GetDirectoryName(path)!);
        Scan();
    }

    public int Count => _chunks.Count;

    public bool Holds(ChunkId id) => _chunks.ContainsKey(id);

    public void Add(ChunkId id, ReadOnlySpan<byte> content)
    {
        if (Holds(id))
            return;
        var written = _record.AsSpan(0, Header + content.Length);
        BinaryPrimitives.WriteUInt128BigEndian(written, id.Value);
        BinaryPrimitives.WriteInt32LittleEndian(written[16..], content.Length);
        content.CopyTo(written[Header..]);
        _file.Position = _end;
        _file.Write(written);
        _chunks[id] = (_end + Header, content.Length);
        _end += Header + content.Length;
        if (_end - _synced >= SyncEvery)
            Sync();
    }

    public byte[] Read(ChunkId id)
    {
        var (offset, length) = _chunks[id];
        var content = new byte[length];
        _file.Position = offset;
        _file.ReadExactly(content);
        return content;
    }

    public void Sync()
    {
        if (_synced == _end)
            return;
        Durable.Flush(_file);
        _synced = _end;
    }

    public void Dispose() => _file.Dispose();

    private void Scan()
    {
        var header = _record.AsMemory(0, Header);
        while (_file.ReadAtLeast(header.Span, Header, throwOnEndOfStream: false) == Header)
        {
            var id = new ChunkId(BinaryPrimitives.ReadUInt128BigEndian(header.Span));
            var length = BinaryPrimitives.ReadInt32LittleEndian(header.Span[16..]);
            if (length is <= 0 or > LongestChunk)
                break;
            var chunk = _record.AsMemory(Header, length);
            if (
                _file.ReadAtLeast(chunk.Span, length, throwOnEndOfStream: false) < length
                || ChunkId.Of(chunk.Span) != id
            )
                break;
            _chunks[id] = (_end + Header, length);
            _end += Header + length;
        }
        _file.SetLength(_end);
        _synced = _end;
    }
}
