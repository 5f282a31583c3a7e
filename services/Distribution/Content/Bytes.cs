using System.Buffers;
using System.Buffers.Binary;

namespace LaiChau.Distribution.Content;

/// <summary>Writes the binary files of the format: varints are unsigned LEB128, signed numbers zigzag.</summary>
internal sealed class ByteWriter
{
    private readonly ArrayBufferWriter<byte> _output = new();

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public int Length => _output.WrittenCount;

    public void Raw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Varint((ulong)value);
    }

    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    public void Block(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        Raw(bytes);
    }

    public void Number128(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        Raw(bytes);
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _output.Write([(byte)(value | 0x80)]);
        }
        _output.Write([(byte)value]);
    }
}

/// <summary>Reads them. Whatever does not fit is a <see cref="ContentException"/> that names the file.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> input, string what)
{
    // No size in the format is larger.
    public const long MaxSize = 1L << 50;

    private ReadOnlySpan<byte> _rest = input;

    public readonly int Left => _rest.Length;

    /// <summary>A number from 0 to <paramref name="max"/>.</summary>
    public long Number(long max = MaxSize)
    {
        ulong value = 0;
        for (var i = 0; i < 9 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value <= (ulong)max
                    ? (long)value
                    : throw Malformed($"has {value} where at most {max} may stand");
            }
        }
        throw Malformed("ends early or has an endless number");
    }

    /// <summary>How many things follow, each at least one byte: believed only as far as the bytes can hold them.</summary>
    public int Count() => (int)Number(_rest.Length);

    public int Int(int max) => (int)Number(max);

    public long Signed()
    {
        var zigzag = Number(long.MaxValue);
        return (zigzag >> 1) ^ -(zigzag & 1);
    }

    public ReadOnlySpan<byte> Raw(int length)
    {
        if (length > _rest.Length)
        {
            throw Malformed("ends early");
        }
        var raw = _rest[..length];
        _rest = _rest[length..];
        return raw;
    }

    public UInt128 Number128() => BinaryPrimitives.ReadUInt128BigEndian(Raw(16));

    public ReadOnlySpan<byte> Block() => Raw(Count());

    /// <summary>Five bytes: what it is and its format.</summary>
    public void Magic(ReadOnlySpan<byte> magic)
    {
        if (_rest.Length > 4 && _rest.StartsWith(magic[..4]))
        {
            if (_rest[4] != magic[4])
            {
                throw new ContentException(
                    ContentException.UnknownFormat,
                    $"Format {_rest[4]} of a {what} is not known here."
                );
            }
            _rest = _rest[magic.Length..];
            return;
        }
        throw Malformed("does not begin like one");
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw Malformed($"goes on for {_rest.Length} bytes after its end");
        }
    }

    public readonly ContentException Malformed(string fault) => new(ContentException.Malformed, $"The {what} {fault}.");
}
