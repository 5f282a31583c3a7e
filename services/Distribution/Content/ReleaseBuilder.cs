using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Content;

/// <summary>A file to be released.</summary>
/// <param name="Path">Relative path; normalised and checked.</param>
/// <param name="MediaType">Media type.</param>
/// <param name="Open">Opens its content; called once, disposed after use.</param>
public sealed record SourceFile(string Path, string MediaType, Func<CancellationToken, Task<Stream>> Open)
{
    /// <summary>Language tag.</summary>
    public string? Language { get; init; }

    /// <summary>Text for who cannot see or hear it.</summary>
    public string? Alt { get; init; }

    /// <summary>Caption.</summary>
    public string? Caption { get; init; }
}

/// <summary>A release ready to be put into the plane: the frames of its pack were streamed out, its head is at hand.</summary>
/// <param name="Manifest">Its manifest, which names the pack.</param>
/// <param name="PackHead">The pack's head: the object is these bytes, then the frames.</param>
public sealed record BuiltRelease(ReleaseManifest Manifest, ReadOnlyMemory<byte> PackHead);

/// <summary>Cuts files into chunks and writes pack and manifest. The same input gives the same bytes; memory is bounded.</summary>
public static class ReleaseBuilder
{
    private static readonly FastCdc Cdc = new(4 * 1024, 16 * 1024, PackFrame.MaxRawLength);

    /// <summary>Builds a release; files are taken in ordinal path order whatever order they come in.</summary>
    /// <param name="release">What it is.</param>
    /// <param name="files">Its files.</param>
    /// <param name="openScratch">Opens an empty file that is gone once closed: films are read to and fro in it.</param>
    /// <param name="frames">Where the pack's frames go, in order (a temporary file: the head that precedes them is known at the end).</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ContentException">Bad path, or a description that a reader would refuse.</exception>
    public static async Task<BuiltRelease> Build(
        ReleaseDescription release,
        IReadOnlyList<SourceFile> files,
        Func<Stream> openScratch,
        Stream frames,
        CancellationToken ct = default
    )
    {
        var sources = files
            .Select(file => file with { Path = ContentPath.Normalise(file.Path) })
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        ContentPath.RefuseCollisions(sources.Select(f => f.Path));
        using var writer = new PackWriter(frames);
        var built = new List<ManifestFile>();
        var made = new List<FileChunks>();
        foreach (var source in sources)
        {
            var (file, chunks) = await Add(writer, source, openScratch, ct);
            built.Add(file);
            made.Add(chunks);
        }
        var head = await writer.Finish(made, ct);
        var manifest = new ReleaseManifest
        {
            Release = release,
            Files = built,
            Pack = new(Sha256Digest.Of(head), head.Length, head.Length + writer.Length),
        };
        // What no reader would take must not be published.
        manifest = ReleaseManifest.Parse(manifest.ToBytes());
        _ = PackIndex.Parse(head, manifest);
        return new(manifest, head);
    }

    /// <summary>
    /// The chunks that a file is made of: how a point finds in the files it holds what a pack would bring. The same bytes are cut
    /// alike whatever the release, and the same pictures and sounds whatever film they are in.
    /// </summary>
    /// <param name="seen">The file as <see cref="See"/> shows it.</param>
    /// <param name="ct">Cancels.</param>
    public static async IAsyncEnumerable<ChunkLocation> Locate(
        Stream seen,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(seen);
        await foreach (var (offset, chunk) in Cut(seen, ct))
        {
            yield return new(ChunkId.Of(chunk.Span), offset, chunk.Length);
        }
    }

    /// <summary>A seekable file as it is cut into chunks: a film track by track, anything else as it is. Disposes of the file when it is disposed of.</summary>
    public static Stream See(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (Interleave.Find(file) is { } interleave)
        {
            return new DemuxedStream(file, interleave);
        }
        file.Position = 0;
        return file;
    }

    /// <summary>The chunks of what <see cref="See"/> shows, each valid until the next one is asked for.</summary>
    private static async IAsyncEnumerable<(long Offset, ReadOnlyMemory<byte> Chunk)> Cut(
        Stream seen,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        IEnumerable<(long Start, Stream Content)> tracks = seen is DemuxedStream film
            ? film.Interleave.Tracks().Select(t => (t.Start, (Stream)new FileRange(film, t.Start, t.Length)))
            : [(0, seen)];
        foreach (var (start, content) in tracks)
        {
            using var cutter = new StreamCutter(Cdc, content);
            var offset = start;
            while (await cutter.Next(ct) is { IsEmpty: false } chunk)
            {
                yield return (offset, chunk);
                offset += chunk.Length;
            }
        }
    }

    private static async Task<(ManifestFile File, FileChunks Chunks)> Add(
        PackWriter writer,
        SourceFile source,
        Func<Stream> openScratch,
        CancellationToken ct
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var content = await source.Open(ct);
        var head = new byte[Interleave.HeadSize];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        var whole = new HeadedStream(head.AsMemory(0, length), content);
        await using var scratch = Interleave.IsPossible(head) ? openScratch() : null;
        Stream seen = whole;
        if (scratch is not null)
        {
            await Spool(scratch);
            seen = See(scratch);
        }
        var (size, runs) = (0L, new List<ChunkRun>());
        await foreach (var (_, chunk) in Cut(seen, ct))
        {
            if (scratch is null)
            {
                hash.AppendData(chunk.Span);
            }
            size += chunk.Length;
            AddTo(runs, await writer.Add(chunk, ct));
        }
        var file = new ManifestFile
        {
            Path = source.Path,
            Size = size,
            Sha256 = new(hash.GetHashAndReset()),
            MediaType = source.MediaType,
            Language = source.Language,
            Alt = source.Alt,
            Caption = source.Caption,
        };
        return (file, new(runs, (seen as DemuxedStream)?.Interleave));

        async Task Spool(Stream destination)
        {
            var buffer = new byte[64 * 1024];
            for (int count; (count = await whole.ReadAsync(buffer, ct)) > 0; )
            {
                hash.AppendData(buffer.AsSpan(0, count));
                await destination.WriteAsync(buffer.AsMemory(0, count), ct);
            }
        }
    }

    private static void AddTo(List<ChunkRun> runs, int number)
    {
        if (runs is [.., var last] && last.First + last.Count == number)
        {
            runs[^1] = last with { Count = last.Count + 1 };
        }
        else
        {
            runs.Add(new(number, 1));
        }
    }
}
