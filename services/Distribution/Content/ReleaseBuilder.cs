using System.Runtime.CompilerServices;
using System.Security.Cryptography;

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
    /// <param name="frames">Where the pack's frames go, in order (a temporary file: the head that precedes them is known at the end).</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ContentException">Bad path, or a description that a reader would refuse.</exception>
    public static async Task<BuiltRelease> Build(
        ReleaseDescription release,
        IReadOnlyList<SourceFile> files,
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
        var runs = new List<IReadOnlyList<ChunkRun>>();
        foreach (var source in sources)
        {
            var (file, chunks) = await Add(writer, source, ct);
            built.Add(file);
            runs.Add(chunks);
        }
        var head = await writer.Finish(runs, ct);
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
    /// alike whatever the release.
    /// </summary>
    public static async IAsyncEnumerable<ChunkLocation> Locate(
        Stream file,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        using var cutter = new StreamCutter(Cdc, file);
        long offset = 0;
        while (await cutter.Next(ct) is { IsEmpty: false } chunk)
        {
            yield return new(ChunkId.Of(chunk.Span), offset, chunk.Length);
            offset += chunk.Length;
        }
    }

    private static async Task<(ManifestFile File, List<ChunkRun> Runs)> Add(
        PackWriter writer,
        SourceFile source,
        CancellationToken ct
    )
    {
        await using var content = await source.Open(ct);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var cutter = new StreamCutter(Cdc, content);
        var runs = new List<ChunkRun>();
        long size = 0;
        while (await cutter.Next(ct) is { IsEmpty: false } chunk)
        {
            hash.AppendData(chunk.Span);
            size += chunk.Length;
            var number = await writer.Add(chunk, ct);
            if (runs is [.., var last] && last.First + last.Count == number)
            {
                runs[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                runs.Add(new(number, 1));
            }
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
        return (file, runs);
    }
}
