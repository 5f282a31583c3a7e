using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace LaiChau.Distribution.Content;

/// <summary>
/// FastCDC (Xia et al., USENIX ATC 2016) with normalised chunking, level 2: where a file is cut depends on the 64 bytes before the
/// cut alone, so an insertion moves no cut behind it.
/// </summary>
internal sealed class FastCdc(int min, int average, int max)
{
    private const int Window = 64;

    internal static readonly ulong[] Gear = MakeGear();

    private readonly ulong _strict = TopBits(BitOperations.Log2((uint)average) + 2);
    private readonly ulong _loose = TopBits(BitOperations.Log2((uint)average) - 2);

    public int Max => max;

    /// <summary>Length of the first chunk of <paramref name="data"/>, which holds at least <see cref="Max"/> bytes or all that is left.</summary>
    public int Cut(ReadOnlySpan<byte> data)
    {
        if (data.Length <= min)
        {
            return data.Length;
        }
        data = data.Length > max ? data[..max] : data;
        var middle = Math.Min(average, data.Length);
        ulong hash = 0;
        var i = Math.Max(0, min - Window);
        for (; i < min; i++)
        {
            hash = (hash << 1) + Gear[data[i]];
        }
        for (; i < middle; i++)
        {
            hash = (hash << 1) + Gear[data[i]];
            if ((hash & _strict) == 0)
            {
                return i + 1;
            }
        }
        for (; i < data.Length; i++)
        {
            hash = (hash << 1) + Gear[data[i]];
            if ((hash & _loose) == 0)
            {
                return i + 1;
            }
        }
        return data.Length;
    }

    private static ulong TopBits(int count) => ulong.MaxValue << (64 - count);

    private static ulong[] MakeGear()
    {
        var gear = new ulong[256];
        Span<byte> hash = stackalloc byte[Sha256Digest.Size];
        for (var i = 0; i < gear.Length; i++)
        {
            Sha256Digest.Of(Encoding.ASCII.GetBytes($"laichau/gear/1/{i}")).CopyTo(hash);
            gear[i] = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        }
        return gear;
    }
}

/// <summary>Cuts a stream; memory is four times the largest piece.</summary>
internal sealed class StreamCutter(FastCdc cdc, Stream content) : IDisposable
{
    // Lent, since there is one for each of ten thousand files.
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(4 * cdc.Max);
    private int _start;
    private int _end;
    private bool _ended;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>The next piece, valid until the next call; empty at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Next(CancellationToken ct)
    {
        if (!_ended && _end - _start < cdc.Max)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            var read = await content.ReadAtLeastAsync(
                _buffer.AsMemory(_end),
                _buffer.Length - _end,
                throwOnEndOfStream: false,
                ct
            );
            _ended = read < _buffer.Length - _end;
            _end += read;
        }
        var length = cdc.Cut(_buffer.AsSpan(_start, _end - _start));
        var piece = _buffer.AsMemory(_start, length);
        _start += length;
        return piece;
    }
}
