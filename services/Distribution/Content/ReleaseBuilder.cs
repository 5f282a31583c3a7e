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

/// <summary>A release ready to be put into the plane: the pack was streamed out; manifest and index are small.</summary>
/// <param name="Manifest">Its manifest, with digests of pack and index.</param>
/// <param name="IndexBytes">The pack index: write to <see cref="PlaneLayout.ObjectPath"/> of <c>Manifest.Index</c>.</param>
public sealed record BuiltRelease(ReleaseManifest Manifest, ReadOnlyMemory<byte> IndexBytes);

/// <summary>Cuts files into chunks and writes pack, index and manifest. The same input gives the same bytes; memory is bounded.</summary>
public static class ReleaseBuilder
{
    private static readonly FastCdc Cdc = new(4 * 1024, 16 * 1024, PackFrame.MaxRawLength);

    /// <summary>Builds a release; files are taken in ordinal path order whatever order they come in.</summary>
    /// <param name="release">What it is.</param>
    /// <param name="files">Its files.</param>
    /// <param name="pack">Where the pack's bytes go, in order (a temporary file: its name, the digest, is known at the end).</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ContentException">Bad path, or a description that a reader would refuse.</exception>
    public static async Task<BuiltRelease> Build(
        ReleaseDescription release,
        IReadOnlyList<SourceFile> files,
        Stream pack,
        CancellationToken ct = default
    )
    {
        var sources = files
            .Select(file => file with { Path = ContentPath.Normalise(file.Path) })
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        ContentPath.RefuseCollisions(sources.Select(f => f.Path));
        using var writer = new PackWriter(pack);
        var built = new List<ManifestFile>();
        foreach (var source in sources)
        {
            built.Add(await Add(writer, source, ct));
        }
        var (packReference, index) = await writer.Finish(ct);
        var manifest = new ReleaseManifest
        {
            Release = release,
            Files = built,
            Pack = packReference,
            Index = new(Sha256Digest.Of(index), index.Length),
        };
        // What no reader would take must not be published.
        return new(ReleaseManifest.Parse(manifest.ToBytes()), index);
    }

    private static async Task<ManifestFile> Add(PackWriter writer, SourceFile source, CancellationToken ct)
    {
        await using var content = await source.Open(ct);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var cutter = new StreamCutter(Cdc, content);
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
        return new()
        {
            Path = source.Path,
            Size = size,
            Sha256 = new(hash.GetHashAndReset()),
            MediaType = source.MediaType,
            Language = source.Language,
            Alt = source.Alt,
            Caption = source.Caption,
            Chunks = runs,
        };
    }
}
