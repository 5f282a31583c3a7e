using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace LaiChau.Distribution.Content;

/// <summary>A chunk's name: the first 16 bytes of its SHA-256. The 32-byte hash of the file guards what it is put together to.</summary>
public readonly record struct ChunkId(UInt128 Value)
{
    internal const int Size = 16;

    /// <summary>The id of a chunk's bytes.</summary>
    public static ChunkId Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Sha256Digest.Size];
        SHA256.HashData(content, hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}

/// <summary>A zstd frame of a pack: whole chunks, ≤ 64 KiB raw.</summary>
/// <param name="Offset">First byte in the pack.</param>
/// <param name="CompressedLength">Bytes in the pack.</param>
/// <param name="RawLength">Bytes when decompressed.</param>
/// <param name="FirstChunk">Number of its first chunk.</param>
/// <param name="ChunkCount">How many chunks.</param>
public readonly record struct PackFrame(
    long Offset,
    int CompressedLength,
    int RawLength,
    int FirstChunk,
    int ChunkCount
)
{
    /// <summary>Most bytes of a frame when decompressed, and of a chunk.</summary>
    public const int MaxRawLength = 64 * 1024;

    // What zstd makes at most of 64 KiB that cannot be compressed, and some room.
    internal const int MaxCompressedLength = MaxRawLength + 1024;
}

/// <summary>A chunk of a pack.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Frame">Number of the frame it lies in.</param>
/// <param name="Offset">First byte in the decompressed frame.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct PackChunk(ChunkId Id, int Frame, int Offset, int Length);

/// <summary>Where a chunk lies in a release's files: how a point finds what it holds already.</summary>
/// <param name="Id">The chunk.</param>
/// <param name="File">The file.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct ChunkLocation(ChunkId Id, ManifestFile File, long Offset, int Length);

/// <summary>The index of a pack: binary, format 1 (see 0002).</summary>
public sealed class PackIndex
{
    private static readonly byte[] Magic = "LCPX\u0001"u8.ToArray();

    private PackIndex(List<PackFrame> frames, List<PackChunk> chunks)
    {
        Frames = frames;
        Chunks = chunks;
    }

    /// <summary>Frames in pack order.</summary>
    public IReadOnlyList<PackFrame> Frames { get; }

    /// <summary>Chunks in pack order.</summary>
    public IReadOnlyList<PackChunk> Chunks { get; }

    /// <summary>Parses an index fetched as <paramref name="manifest"/>.Index, after checking length, SHA-256, and that it fits the manifest.</summary>
    /// <exception cref="ContentException">Anything that does not fit.</exception>
    public static PackIndex Parse(ReadOnlyMemory<byte> index, ReleaseManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (index.Length != manifest.Index.Size || Sha256Digest.Of(index.Span) != manifest.Index.Sha256)
        {
            throw new ContentException(ContentException.BadFile, "The pack index is not the one the manifest names.");
        }
        var parsed = Parse(index.Span);
        var packLength = parsed.Frames.Sum(f => (long)f.CompressedLength);
        if (packLength != manifest.Pack.Size)
        {
            throw Malformed($"describes a pack of {packLength} bytes, not of {manifest.Pack.Size}");
        }
        foreach (var file in manifest.Files)
        {
            if (
                file.Chunks.Any(run => run.First + run.Count > parsed.Chunks.Count)
                || parsed.LengthOf(file) != file.Size
            )
            {
                throw Malformed($"does not fit the chunks of {file.Path}");
            }
        }
        return parsed;
    }

    /// <summary>The chunks of one file in order.</summary>
    public IEnumerable<PackChunk> ChunksOf(ManifestFile file) =>
        file.Chunks.SelectMany(run => Enumerable.Range(run.First, run.Count)).Select(number => Chunks[number]);

    /// <summary>Every chunk of every file with its place.</summary>
    public IEnumerable<ChunkLocation> Locate(ReleaseManifest manifest)
    {
        foreach (var file in manifest.Files)
        {
            long offset = 0;
            foreach (var chunk in ChunksOf(file))
            {
                yield return new(chunk.Id, file, offset, chunk.Length);
                offset += chunk.Length;
            }
        }
    }

    internal static byte[] Write(IReadOnlyList<PackFrame> frames, IReadOnlyList<PackChunk> chunks)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(Magic);
        WriteVarint(output, (uint)frames.Count);
        WriteVarint(output, (uint)chunks.Count);
        foreach (var frame in frames)
        {
            WriteVarint(output, (uint)frame.CompressedLength);
            WriteVarint(output, (uint)frame.ChunkCount);
        }
        foreach (var chunk in chunks)
        {
            WriteVarint(output, (uint)chunk.Length);
            BinaryPrimitives.WriteUInt128BigEndian(output.GetSpan(ChunkId.Size), chunk.Id.Value);
            output.Advance(ChunkId.Size);
        }
        return output.WrittenSpan.ToArray();
    }

    private static PackIndex Parse(ReadOnlySpan<byte> input)
    {
        if (!input.StartsWith(Magic.AsSpan(0, 4)) || input.Length < Magic.Length)
        {
            throw Malformed("does not begin like one");
        }
        if (input[4] != Magic[4])
        {
            throw new ContentException(ContentException.UnknownFormat, $"Index format {input[4]} is not known here.");
        }
        input = input[Magic.Length..];
        var frameCount = ReadVarint(ref input, int.MaxValue);
        var chunkCount = ReadVarint(ref input, int.MaxValue);
        // Counts are believed only as far as the bytes that follow can hold them.
        if (frameCount * 2L + chunkCount * (1L + ChunkId.Size) > input.Length)
        {
            throw Malformed("ends early");
        }
        var sizes = new (int CompressedLength, int ChunkCount)[frameCount];
        foreach (ref var size in sizes.AsSpan())
        {
            size = (ReadVarint(ref input, PackFrame.MaxCompressedLength), ReadVarint(ref input, chunkCount));
        }
        var frames = new List<PackFrame>(frameCount);
        var chunks = new List<PackChunk>(chunkCount);
        long offset = 0;
        foreach (var size in sizes)
        {
            var rawLength = 0;
            var first = chunks.Count;
            for (var i = 0; i < size.ChunkCount; i++)
            {
                var length = ReadVarint(ref input, PackFrame.MaxRawLength - rawLength);
                if (input.Length < ChunkId.Size || length == 0)
                {
                    throw Malformed("has an empty chunk or ends early");
                }
                chunks.Add(new(new(BinaryPrimitives.ReadUInt128BigEndian(input)), frames.Count, rawLength, length));
                input = input[ChunkId.Size..];
                rawLength += length;
            }
            if (size.ChunkCount == 0 || size.CompressedLength == 0)
            {
                throw Malformed("has an empty frame");
            }
            frames.Add(new(offset, size.CompressedLength, rawLength, first, size.ChunkCount));
            offset += size.CompressedLength;
        }
        return chunks.Count == chunkCount && input.IsEmpty
            ? new(frames, chunks)
            : throw Malformed("has more or fewer chunks than it says");
    }

    private long LengthOf(ManifestFile file)
    {
        long length = 0;
        foreach (var chunk in ChunksOf(file))
        {
            length += chunk.Length;
            if (length > file.Size)
            {
                break;
            }
        }
        return length;
    }

    private static void WriteVarint(ArrayBufferWriter<byte> output, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.Write([(byte)(value | 0x80)]);
        }
        output.Write([(byte)value]);
    }

    private static int ReadVarint(ref ReadOnlySpan<byte> input, int max)
    {
        ulong value = 0;
        for (var i = 0; i < 5 && i < input.Length; i++)
        {
            value |= (ulong)(input[i] & 0x7F) << (7 * i);
            if (input[i] < 0x80)
            {
                input = input[(i + 1)..];
                return value <= (ulong)max ? (int)value : throw Malformed($"has {value} where at most {max} may stand");
            }
        }
        throw Malformed("ends early");
    }

    private static ContentException Malformed(string fault) =>
        new(ContentException.Malformed, $"The pack index {fault}.");
}
