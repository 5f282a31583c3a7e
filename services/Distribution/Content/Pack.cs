using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using LaiChau.Distribution.Content.Containers;
using ZstdSharp;

namespace LaiChau.Distribution.Content;

/// <summary>A chunk's name: the first 8 bytes of its SHA-256. The 32-byte hash of the file guards what it is put together to.</summary>
public readonly record struct ChunkId(ulong Value)
{
    internal const int Size = 8;

    /// <summary>The id of a chunk's bytes.</summary>
    public static ChunkId Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Sha256Digest.Size];
        SHA256.HashData(content, hash);
        return new(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    internal static ChunkId Of(Sha256Digest digest) => new(digest.First8);

    /// <summary>16 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>A zstd frame of a pack: whole chunks, ≤ 64 KiB raw.</summary>
/// <param name="Offset">First byte in the object.</param>
/// <param name="CompressedLength">Bytes in the object.</param>
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
public readonly record struct PackChunk(ChunkId Id, int Frame, int Offset, int Length)
{
    /// <summary>Its number in the pack: two chunks may have one id, but never one number.</summary>
    public int Number { get; init; }
}

/// <summary>Where a chunk lies in a file.</summary>
/// <param name="Id">The chunk.</param>
/// <param name="Offset">First byte in the file as <see cref="ReleaseBuilder.See"/> shows it.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct ChunkLocation(ChunkId Id, long Offset, int Length);

/// <summary>Consecutive chunks of a pack.</summary>
internal readonly record struct ChunkRun(int First, int Count);

/// <summary>What a file is made of.</summary>
/// <param name="Runs">Its chunks.</param>
/// <param name="Interleave">Of a film: how its file follows from them, which hold it track by track; null: they are the file.</param>
internal readonly record struct FileChunks(IReadOnlyList<ChunkRun> Runs, Interleave? Interleave);

/// <summary>The head of a pack: binary, format 2, or 3 where films are cut track by track (see 0003).</summary>
public sealed class PackIndex
{
    private static readonly byte[] Magic = "LCPX\u0002"u8.ToArray();
    private static readonly byte[] MagicWithTracks = "LCPX\u0003"u8.ToArray();

    private readonly Dictionary<string, ChunkRun[]> _runs;

    // As they are written, since they take four times as much when read: one file is put together at a time.
    private readonly Dictionary<string, byte[]> _interleaves;

    private PackIndex(
        List<PackFrame> frames,
        List<PackChunk> chunks,
        Dictionary<string, ChunkRun[]> runs,
        Dictionary<string, byte[]> interleaves
    )
    {
        (Frames, Chunks, _runs, _interleaves) = (frames, chunks, runs, interleaves);
    }

    /// <summary>Frames in pack order.</summary>
    public IReadOnlyList<PackFrame> Frames { get; }

    /// <summary>Chunks in pack order.</summary>
    public IReadOnlyList<PackChunk> Chunks { get; }

    /// <summary>Parses a head fetched as <paramref name="manifest"/>.Pack, after checking length, SHA-256, and that it fits the manifest.</summary>
    /// <exception cref="ContentException">Anything that does not fit.</exception>
    public static PackIndex Parse(ReadOnlyMemory<byte> head, ReleaseManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (head.Length != manifest.Pack.HeadSize || Sha256Digest.Of(head.Span) != manifest.Pack.Head)
        {
            throw new ContentException(ContentException.BadFile, "The pack's head is not the one the manifest names.");
        }
        var input = new ByteReader(head.Span, "pack index");
        var hasTracks = head.Span.StartsWith(MagicWithTracks);
        input.Magic(hasTracks ? MagicWithTracks : Magic);
        var rawLength = input.Int(HeadedObject.MaxHeadSize);
        var columns = Unpack(input.Block(), rawLength);
        return Read(columns, hasTracks, ref input, manifest);
    }

    /// <summary>The chunks of one file in order; of a film, one track after another.</summary>
    public IEnumerable<PackChunk> ChunksOf(ManifestFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return _runs[file.Path]
            .SelectMany(run => Enumerable.Range(run.First, run.Count))
            .Select(number => Chunks[number]);
    }

    /// <summary>
    /// What a file ought to be, as it is cut into <see cref="ChunksOf"/>: like <see cref="ReleaseBuilder.See"/>, however much of it is damaged. Disposes of
    /// <paramref name="content"/> when it is disposed of.
    /// </summary>
    public Stream See(ManifestFile file, Stream content)
    {
        ArgumentNullException.ThrowIfNull(file);
        return InterleaveOf(file) is { } interleave ? new DemuxedStream(content, interleave) : content;
    }

    /// <summary>How a film follows from its chunks; null: it is what they are, one after another.</summary>
    internal Interleave? InterleaveOf(ManifestFile file)
    {
        if (!_interleaves.TryGetValue(file.Path, out var bytes))
        {
            return null;
        }
        var input = new ByteReader(bytes, "pack index");
        return Interleave.Read(ref input, file.Size);
    }

    internal static byte[] Write(
        IReadOnlyList<PackFrame> frames,
        IReadOnlyList<PackChunk> chunks,
        IReadOnlyList<FileChunks> files
    )
    {
        var columns = new ByteWriter();
        columns.Number(frames.Count);
        columns.Number(chunks.Count);
        foreach (var frame in frames)
        {
            columns.Number(frame.CompressedLength);
        }
        foreach (var frame in frames)
        {
            columns.Number(frame.ChunkCount);
        }
        foreach (var chunk in chunks)
        {
            columns.Number(chunk.Length);
        }
        var expected = 0;
        foreach (var (runs, _) in files)
        {
            columns.Number(runs.Count);
            foreach (var run in runs)
            {
                columns.Signed(run.First - expected);
                columns.Number(run.Count);
                expected = run.First + run.Count;
            }
        }
        var films = files.Index().Where(f => f.Item.Interleave is not null).ToList();
        if (films.Count > 0)
        {
            columns.Number(films.Count);
        }
        expected = 0;
        foreach (var (number, film) in films)
        {
            columns.Number(number - expected);
            film.Interleave!.Write(columns);
            expected = number + 1;
        }
        var output = new ByteWriter();
        output.Raw(films.Count > 0 ? MagicWithTracks : Magic);
        output.Number(columns.Length);
        output.Block(ZstdPrefix.Compress(columns.Written, [], ZstdPrefix.Strongest));
        Span<byte> id = stackalloc byte[ChunkId.Size];
        foreach (var chunk in chunks)
        {
            BinaryPrimitives.WriteUInt64BigEndian(id, chunk.Id.Value);
            output.Raw(id);
        }
        return output.Written.ToArray();
    }

    private static byte[] Unpack(ReadOnlySpan<byte> frame, int rawLength)
    {
        // A frame of zstd holds at most some 32,000 times its length: no room is made for more than could come.
        if (rawLength / (1 << 16) > frame.Length)
        {
            throw Malformed("says it holds more than it can");
        }
        var raw = new byte[rawLength];
        try
        {
            ZstdPrefix.Decompress(frame, [], raw);
        }
        catch (ZstdException e)
        {
            throw new ContentException(ContentException.Malformed, "The pack index cannot be decompressed.", e);
        }
        return raw;
    }

    private static PackIndex Read(ReadOnlySpan<byte> raw, bool hasTracks, ref ByteReader ids, ReleaseManifest manifest)
    {
        var columns = new ByteReader(raw, "pack index");
        var frames = new List<PackFrame>(new PackFrame[columns.Count()]);
        var chunks = new List<PackChunk>(new PackChunk[columns.Count()]);
        var compressed = new int[frames.Count];
        foreach (ref var length in compressed.AsSpan())
        {
            length = columns.Int(PackFrame.MaxCompressedLength);
        }
        var counts = new int[frames.Count];
        foreach (ref var count in counts.AsSpan())
        {
            count = columns.Int(chunks.Count);
        }
        long offset = manifest.Pack.HeadSize;
        var number = 0;
        for (var f = 0; f < frames.Count; f++)
        {
            var (first, rawLength) = (number, 0);
            if (counts[f] == 0 || compressed[f] == 0 || counts[f] > chunks.Count - first)
            {
                throw Malformed("has an empty frame, or more chunks than it says");
            }
            for (; number < first + counts[f]; number++)
            {
                var length = columns.Int(PackFrame.MaxRawLength - rawLength);
                var id = new ChunkId(BinaryPrimitives.ReadUInt64BigEndian(ids.Raw(ChunkId.Size)));
                chunks[number] =
                    length > 0
                        ? new(id, f, rawLength, length) { Number = number }
                        : throw Malformed("has an empty chunk");
                rawLength += length;
            }
            frames[f] = new(offset, compressed[f], rawLength, first, counts[f]);
            offset += compressed[f];
        }
        if (number != chunks.Count)
        {
            throw Malformed("has more chunks than its frames");
        }
        if (offset != manifest.Pack.Size)
        {
            throw Malformed($"describes a pack of {offset} bytes, not of {manifest.Pack.Size}");
        }
        var runs = ReadRuns(ref columns, chunks, manifest);
        var interleaves = hasTracks ? ReadInterleaves(raw, ref columns, manifest) : [];
        columns.End();
        ids.End();
        return new(frames, chunks, runs, interleaves);
    }

    private static Dictionary<string, byte[]> ReadInterleaves(
        ReadOnlySpan<byte> raw,
        ref ByteReader columns,
        ReleaseManifest manifest
    )
    {
        var all = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var number = -1;
        for (var left = columns.Int(manifest.Files.Count); left > 0; left--)
        {
            number += 1 + columns.Int(manifest.Files.Count - left - number - 1);
            var file = manifest.Files[number];
            var from = raw.Length - columns.Left;
            _ = Interleave.Read(ref columns, file.Size);
            all.Add(file.Path, raw[from..(raw.Length - columns.Left)].ToArray());
        }
        return all;
    }

    private static Dictionary<string, ChunkRun[]> ReadRuns(
        ref ByteReader columns,
        List<PackChunk> chunks,
        ReleaseManifest manifest
    )
    {
        var all = new Dictionary<string, ChunkRun[]>(manifest.Files.Count, StringComparer.Ordinal);
        long expected = 0;
        foreach (var file in manifest.Files)
        {
            var runs = new ChunkRun[columns.Count()];
            long length = 0;
            foreach (ref var run in runs.AsSpan())
            {
                var first = expected + columns.Signed();
                if (first < 0 || first >= chunks.Count)
                {
                    throw Malformed($"has no chunks for {file.Path} where it says");
                }
                run = new((int)first, columns.Int(chunks.Count - (int)first));
                expected = first + run.Count;
                for (var i = run.First; i < expected && length <= file.Size; i++)
                {
                    length += chunks[i].Length;
                }
            }
            if (length != file.Size)
            {
                throw Malformed($"does not fit the size of {file.Path}");
            }
            all.Add(file.Path, runs);
        }
        return all;
    }

    private static ContentException Malformed(string fault) =>
        new(ContentException.Malformed, $"The pack index {fault}.");
}
