using System.Security.Cryptography;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>A raw deflate stream in a file. The header and the trailer that zlib, gzip or ZIP put around it stay as they are.</summary>
/// <param name="Offset">First byte in the file.</param>
/// <param name="PackedLength">Bytes in the file.</param>
/// <param name="RawLength">Bytes when inflated.</param>
internal readonly record struct PackedStream(long Offset, long PackedLength, long RawLength)
{
    /// <summary>Fewer packed bytes than this are not worth opening.</summary>
    public const int MinPackedLength = 64;

    /// <summary>Streams of more raw bytes than this stay closed.</summary>
    public const int MaxRawLength = 32 * 1024 * 1024;

    /// <summary>What inflates to more than this many times its size stays closed: it is a bomb, or so small that opening saves nothing.</summary>
    public const int MaxRatio = 256;

    /// <summary>Most streams of one file, and most raw bytes of them together: so much a view asks of a point at most.</summary>
    public const int MaxCount = 100_000;

    /// <inheritdoc cref="MaxCount"/>
    public const long MaxTotalRawLength = 1024L * 1024 * 1024;

    /// <summary>First byte in the file that follows.</summary>
    public long End => Offset + PackedLength;

    /// <summary>The name of its packed bytes in <paramref name="file"/>: two of one name are alike.</summary>
    public ChunkId IdIn(Stream file)
    {
        Span<byte> hash = stackalloc byte[Sha256Digest.Size];
        using var bytes = new FileRange(file, Offset, PackedLength);
        SHA256.HashData(bytes, hash);
        return ChunkId.Of(new Sha256Digest(hash));
    }
}
