using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LaiChau.Distribution.Content.Containers;
using ZstdSharp;

namespace LaiChau.Distribution.Content;

/// <summary>A chunk that came over a mirror and is what the index says.</summary>
/// <param name="Number">Its number in the index.</param>
/// <param name="Id">Its name.</param>
/// <param name="Content">Its bytes; valid until the next one is asked for.</param>
public readonly record struct VerifiedChunk(int Number, ChunkId Id, ReadOnlyMemory<byte> Content);

/// <summary>Reads fetched ranges of packs and puts files together.</summary>
public static class PackReader
{
    /// <summary>
    /// Yields the chunks of a range as its frames arrive; memory is one frame. What was yielded before a cut is good. Reads no
    /// byte past the range. Chunks of joined gaps come too.
    /// </summary>
    /// <exception cref="ContentException">Bad frame, bad chunk, truncated.</exception>
    public static async IAsyncEnumerable<VerifiedChunk> Read(
        PackIndex index,
        PackRange range,
        Stream fetched,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        using var zstd = new Decompressor();
        var compressed = new byte[PackFrame.MaxCompressedLength];
        var raw = new byte[PackFrame.MaxRawLength];
        for (var number = range.FirstFrame; number < range.FirstFrame + range.FrameCount; number++)
        {
            var frame = index.Frames[number];
            var length = await fetched.ReadAtLeastAsync(
                compressed.AsMemory(0, frame.CompressedLength),
                frame.CompressedLength,
                throwOnEndOfStream: false,
                ct
            );
            if (length < frame.CompressedLength)
            {
                throw new ContentException(ContentException.Truncated, $"The range ended within frame {number}.");
            }
            Decompress(zstd, compressed.AsSpan(0, length), raw.AsSpan(0, frame.RawLength), number);
            for (var i = frame.FirstChunk; i < frame.FirstChunk + frame.ChunkCount; i++)
            {
                var chunk = index.Chunks[i];
                var content = raw.AsMemory(chunk.Offset, chunk.Length);
                Check(chunk, content.Span);
                yield return new(i, chunk.Id, content);
            }
        }
    }

    /// <summary>
    /// Writes one file from its chunks, checking every chunk, the length and the SHA-256 of the whole. Memory: a chunk for each track of a film, and the
    /// list of its pieces.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="index">The index of its pack.</param>
    /// <param name="readChunk">Gives a chunk's bytes from wherever it is held; they stay as they are until the file is written.</param>
    /// <param name="destination">Where to; use it only after this returned.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ContentException">Bad chunk, bad file.</exception>
    public static async Task Assemble(
        ManifestFile file,
        PackIndex index,
        Func<PackChunk, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> readChunk,
        Stream destination,
        CancellationToken ct = default
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunks = index.ChunksOf(file).ToArray();
        var interleave = index.InterleaveOf(file) ?? new([new(0, file.Size)]);
        var tracks = interleave.Tracks().Select(track => new ChunkCursor(chunks, track.Start, readChunk)).ToArray();
        foreach (var piece in interleave.Pieces)
        {
            for (var left = piece.Length; left > 0; )
            {
                var content = await tracks[piece.Track].Next(left, ct);
                hash.AppendData(content.Span);
                await destination.WriteAsync(content, ct);
                left -= content.Length;
            }
        }
        if (new Sha256Digest(hash.GetHashAndReset()) != file.Sha256)
        {
            throw new ContentException(ContentException.BadFile, $"{file.Path} is not what the manifest says.");
        }
    }

    private static void Decompress(Decompressor zstd, ReadOnlySpan<byte> compressed, Span<byte> raw, int number)
    {
        int length;
        try
        {
            // Into a buffer of the signed length and without a window of its own: a bomb finds no room.
            length = zstd.Unwrap(compressed, raw);
        }
        catch (ZstdException e)
        {
            throw new ContentException(ContentException.BadFrame, $"Frame {number} cannot be decompressed.", e);
        }
        if (length != raw.Length)
        {
            throw new ContentException(
                ContentException.BadFrame,
                $"Frame {number} has {length} bytes, not {raw.Length}."
            );
        }
    }

    private static void Check(PackChunk chunk, ReadOnlySpan<byte> content)
    {
        if (content.Length != chunk.Length || ChunkId.Of(content) != chunk.Id)
        {
            throw new ContentException(ContentException.BadChunk, $"Chunk {chunk.Id} is not what the index says.");
        }
    }

    /// <summary>Reads on in a row of chunks.</summary>
    private sealed class ChunkCursor(
        PackChunk[] chunks,
        long start,
        Func<PackChunk, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> readChunk
    )
    {
        private long _skip = start;
        private int _next;
        private ReadOnlyMemory<byte> _left;

        /// <summary>What comes next, as far as it lies in one chunk; not more than <paramref name="most"/>.</summary>
        public async ValueTask<ReadOnlyMemory<byte>> Next(long most, CancellationToken ct)
        {
            for (; _skip > 0 && _skip >= chunks[_next].Length; _next++)
            {
                _skip -= chunks[_next].Length;
            }
            if (_left.IsEmpty)
            {
                var chunk = chunks[_next++];
                var content = await readChunk(chunk, ct);
                Check(chunk, content.Span);
                (_left, _skip) = (content[(int)_skip..], 0);
            }
            var piece = _left[..(int)Math.Min(most, _left.Length)];
            _left = _left[piece.Length..];
            return piece;
        }
    }
}
