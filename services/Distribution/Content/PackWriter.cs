using System.Security.Cryptography;
using ZstdSharp;

namespace LaiChau.Distribution.Content;

/// <summary>Writes chunks into frames, each chunk once. Memory: one frame, and about 60 bytes a chunk.</summary>
internal sealed class PackWriter(Stream pack) : IDisposable
{
    // Higher levels gain little on 64 KiB and cost the publisher much more.
    private const int Level = 12;

    private readonly Compressor _zstd = new(Level);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<ChunkId, int> _numbers = [];
    private readonly List<PackFrame> _frames = [];
    private readonly List<PackChunk> _chunks = [];
    private readonly byte[] _raw = new byte[PackFrame.MaxRawLength];
    private readonly byte[] _compressed = new byte[PackFrame.MaxCompressedLength];
    private int _rawLength;
    private int _firstChunk;
    private long _offset;

    /// <summary>Adds a chunk unless it is in already; returns its number.</summary>
    public async ValueTask<int> Add(ReadOnlyMemory<byte> chunk, CancellationToken ct)
    {
        var id = ChunkId.Of(chunk.Span);
        if (_numbers.TryGetValue(id, out var known))
        {
            return known;
        }
        if (_rawLength + chunk.Length > _raw.Length)
        {
            await Flush(ct);
        }
        var number = _chunks.Count;
        _numbers.Add(id, number);
        _chunks.Add(new(id, _frames.Count, _rawLength, chunk.Length));
        chunk.CopyTo(_raw.AsMemory(_rawLength));
        _rawLength += chunk.Length;
        return number;
    }

    public async ValueTask<(ObjectReference Pack, byte[] Index)> Finish(CancellationToken ct)
    {
        if (_rawLength > 0)
        {
            await Flush(ct);
        }
        return (new(new(_hash.GetHashAndReset()), _offset), PackIndex.Write(_frames, _chunks));
    }

    public void Dispose()
    {
        _zstd.Dispose();
        _hash.Dispose();
    }

    private async ValueTask Flush(CancellationToken ct)
    {
        var length = _zstd.Wrap(_raw.AsSpan(0, _rawLength), _compressed);
        _hash.AppendData(_compressed, 0, length);
        await pack.WriteAsync(_compressed.AsMemory(0, length), ct);
        _frames.Add(new(_offset, length, _rawLength, _firstChunk, _chunks.Count - _firstChunk));
        _offset += length;
        _firstChunk = _chunks.Count;
        _rawLength = 0;
    }
}
