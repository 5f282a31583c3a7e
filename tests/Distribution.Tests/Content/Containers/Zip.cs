using System.Buffers.Binary;
using System.IO.Compression;
using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Tests.Content.Containers;

/// <summary>Writes ZIP files of parts that stand as they are given: whatever encoder made them, whatever the headers claim.</summary>
internal static class Zip
{
    public const int HeaderSize = 31;

    /// <summary>A local header (name: one letter) before each part; no central directory, for nothing reads it.</summary>
    public static byte[] Of(params byte[][] parts) => [.. parts.SelectMany(p => (byte[])[.. Header(p.Length), .. p])];

    public static byte[] Header(int packedLength, ushort method = 8, ushort flags = 0)
    {
        var header = new byte[HeaderSize];
        "PK\u0003\u0004"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 20);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), method);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), packedLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), 1);
        header[30] = (byte)'a';
        return header;
    }

    /// <summary>What zlib makes.</summary>
    public static byte[] Classic(byte[] raw, byte level = 6) => ClassicDeflateTests.Pack(new DeflateRecipe(level), raw);

    /// <summary>What the runtime's zlib-ng makes.</summary>
    public static byte[] Foreign(byte[] raw)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(raw);
        }
        return packed.ToArray();
    }
}
