using ZstdSharp;

namespace LaiChau.Distribution.Content;

/// <summary>Writes chunks into frames, each chunk once. Memory: one frame, and about 60 bytes a chunk.</summary>
internal sealed class PackWriter(Stream frames) : IDisposable
{
    // Higher levels gain little on 64 KiB and cost the publisher much more.
    private const int Level = 10;
    private const int QuickLevel = 1;

    private readonly Compressor _zstd = new(Level);
    private readonly Compressor _quick = new(QuickLevel);
    private readonly Dictionary<Sha256Digest, int> _numbers = [];
    private readonly List<PackFrame> _frames = [];
    private readonly List<PackChunk> _chunks = [];
    private readonly byte[] _raw = new byte[PackFrame.MaxRawLength];
    private readonly byte[] _compressed = new byte[PackFrame.MaxCompressedLength];
    private int _rawLength;
    private int _firstChunk;
    private long _offset;

    /// <summary>Bytes of all frames.</summary>
    public long Length => _offset;

    /// <summary>Adds a chunk unless it is in already; returns its number.</summary>
    public async ValueTask<int> Add(ReadOnlyMemory<byte> chunk, CancellationToken ct)
    {
        var digest = Sha256Digest.Of(chunk.Span);
        if (_numbers.TryGetValue(digest, out var known))
        {
            return known;
        }
        if (_rawLength + chunk.Length > _raw.Length)
        {
            await Flush(ct);
        }
        var number = _chunks.Count;
        _numbers.Add(digest, number);
        _chunks.Add(new(ChunkId.Of(digest), _frames.Count, _rawLength, chunk.Length));
        chunk.CopyTo(_raw.AsMemory(_rawLength));
        _rawLength += chunk.Length;
        return number;
    }

    /// <summary>The head: which frames and chunks there are, and what each file is made of.</summary>
    public async ValueTask<byte[]> Finish(IReadOnlyList<FileChunks> files, CancellationToken ct)
    {
        if (_rawLength > 0)
        {
            await Flush(ct);
        }
        return PackIndex.Write(_frames, _chunks, files);
    }

    public void Dispose()
    {
        _zstd.Dispose();
        _quick.Dispose();
    }

    private async ValueTask Flush(CancellationToken ct)
    {
        if (Entropy.IsHigh(_raw.AsSpan(0, _rawLength)))
        {
            // Nothing is gained by putting them together, and each can be fetched without the others.
            for (var i = _firstChunk; i < _chunks.Count; i++)
            {
                var chunk = _chunks[i];
                var length = _quick.Wrap(_raw.AsSpan(chunk.Offset, chunk.Length), _compressed);
                _chunks[i] = chunk with { Frame = _frames.Count, Offset = 0 };
                await Write(new(_offset, length, chunk.Length, i, 1), ct);
            }
        }
        else
        {
            var length = _zstd.Wrap(_raw.AsSpan(0, _rawLength), _compressed);
            await Write(new(_offset, length, _rawLength, _firstChunk, _chunks.Count - _firstChunk), ct);
        }
        _firstChunk = _chunks.Count;
        _rawLength = 0;
    }

    private async ValueTask Write(PackFrame frame, CancellationToken ct)
    {
        await frames.WriteAsync(_compressed.AsMemory(0, frame.CompressedLength), ct);
        _frames.Add(frame);
        _offset += frame.CompressedLength;
    }
}

/// <summary>Film, sound and pictures are packed already: to pack them again takes time and gains nothing.</summary>
internal static class Entropy
{
    private const int Samples = 8192;

    // Bits a byte. Of packed things it is 7.9 and more; of text five or six, of programs and fonts not much more.
    private const double High = 7.8;

    /// <summary>True of bytes whose values are all about as frequent, by a sample of them.</summary>
    public static bool IsHigh(ReadOnlySpan<byte> bytes)
    {
        // Odd, so that records of a round length are seen all over.
        var step = (bytes.Length / Samples) | 1;
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        var total = 0;
        for (var i = 0; i < bytes.Length; i += step)
        {
            counts[bytes[i]]++;
            total++;
        }
        var bits = 0.0;
        foreach (var count in counts)
        {
            bits += count == 0 ? 0 : count * Math.Log2((double)total / count);
        }
        return bits > High * total;
    }
}
