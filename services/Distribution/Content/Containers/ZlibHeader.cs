namespace LaiChau.Distribution.Content.Containers;

/// <summary>The two bytes before a deflate stream that zlib wraps (RFC 1950).</summary>
internal static class ZlibHeader
{
    public const int Size = 2;
    public const byte MaxWindowBits = 15;

    private const byte MinWindowBits = 9;
    private const int Deflate = 8;
    private const int HasDictionary = 0x20;

    /// <summary>Whether <paramref name="bytes"/> begin with a header of a stream that needs no dictionary.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Size
        && (bytes[0] & 0xF) == Deflate
        && bytes[0] >> 4 <= MaxWindowBits - 8
        && ((bytes[0] << 8) | bytes[1]) % 31 == 0
        && (bytes[1] & HasDictionary) == 0;

    /// <summary>The window that the header announces. zlib takes 9 bits where 8 are asked for.</summary>
    public static byte WindowBitsOf(ReadOnlySpan<byte> header) => (byte)Math.Max(MinWindowBits, (header[0] >> 4) + 8);
}
