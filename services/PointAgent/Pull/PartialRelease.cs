using System.Buffers.Binary;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// The chunks of one pack on their way, in one file that only grows: number, length, id, bytes, again and again. Every chunk is
/// hashed when the file is opened, so whatever a power cut left at its end is found and cut off; a transfer resumes from the rest.
/// </summary>
internal sealed class PartialRelease : IDisposable
{
    private const int Header = 16;

    /// <summary>At most this much is fetched again after a power cut.</summary>
    private const int SyncEvery = 64 * 1024;

    private readonly FileStream _file;
    private readonly byte[] _record = new byte[Header + PackFrame.MaxRawLength];
    private readonly Dictionary<int, long> _chunks = [];
    private long _end;
    private long _synced;

    public PartialRelease(string path)
    {
        _file = Durable.OpenGrowing(path);
        Scan();
    }

    public int Count => _chunks.Count;

    public bool Holds(PackChunk chunk) => _chunks.ContainsKey(chunk.Number);

    /// <summary>A chunk that is here already is replaced: by this one, its file came out wrong.</summary>
    public void Add(VerifiedChunk chunk)
    {
        var content = chunk.Content.Span;
        var record = _record.AsSpan(0, Header + content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record, chunk.Number);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], content.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], chunk.Id.Value);
        content.CopyTo(record[Header..]);
        RandomAccess.Write(_file.SafeFileHandle, record, _end);
        _chunks[chunk.Number] = _end + Header;
        _end += record.Length;
        if (_end - _synced >= SyncEvery)
            Sync();
    }

    public byte[] Read(PackChunk chunk)
    {
        var content = new byte[chunk.Length];
        var read = RandomAccess.Read(_file.SafeFileHandle, content, _chunks[chunk.Number]);
        return read == content.Length ? content : [];
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
        _file.Position = 0;
        while (_file.ReadAtLeast(header.Span, Header, throwOnEndOfStream: false) == Header)
        {
            var number = BinaryPrimitives.ReadInt32LittleEndian(header.Span);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header.Span[4..]);
            var id = new ChunkId(BinaryPrimitives.ReadUInt64LittleEndian(header.Span[8..]));
            if (length is <= 0 or > PackFrame.MaxRawLength)
                break;
            var chunk = _record.AsMemory(Header, length);
            if (
                _file.ReadAtLeast(chunk.Span, length, throwOnEndOfStream: false) < length
                || ChunkId.Of(chunk.Span) != id
            )
                break;
            _chunks[number] = _end + Header;
            _end += Header + length;
        }
        _file.SetLength(_end);
        _synced = _end;
    }
}
