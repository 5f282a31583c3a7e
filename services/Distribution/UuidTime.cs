using System.Buffers.Binary;

namespace LaiChau.Distribution;

/// <summary>When an id was made.</summary>
public static class UuidTime
{
    /// <summary>The milliseconds in the first 48 bits of a UUIDv7 (RFC 9562).</summary>
    public static DateTimeOffset Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}
