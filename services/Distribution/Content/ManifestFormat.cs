using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Content;

/// <summary>The bytes of a manifest (0003, format 2): columns, so that neighbours look alike and a patch is small.</summary>
internal static class ManifestFormat
{
    private const int MaxFiles = 1 << 24;
    private static readonly byte[] Magic = "LCPM\u0002"u8.ToArray();

    public static byte[] Write(ReleaseManifest manifest, bool withHashes)
    {
        var output = new ByteWriter();
        output.Raw(Magic);
        output.Block(
            CanonicalJson.ForFile(
                new JsonObject
                {
                    ["pack"] = new JsonObject
                    {
                        ["head"] = manifest.Pack.Head.ToString(),
                        ["headSize"] = manifest.Pack.HeadSize,
                        ["size"] = manifest.Pack.Size,
                    },
                    ["release"] = ReleaseJson.Write(manifest.Release),
                }
            )
        );
        var files = manifest.Files;
        output.Number(files.Count);
        WritePaths(output, files);
        foreach (var file in files)
        {
            output.Number(file.Size);
        }
        WriteTexts(output, files, f => f.MediaType);
        WriteTexts(output, files, f => f.Language);
        WriteTexts(output, files, f => f.Alt);
        WriteTexts(output, files, f => f.Caption);
        if (withHashes)
        {
            foreach (var file in files)
            {
                output.Raw(file.Sha256.ToArray());
            }
        }
        return output.Written.ToArray();
    }

    /// <exception cref="ContentException">Malformed, unknown format, bad path.</exception>
    public static ReleaseManifest Read(ReadOnlySpan<byte> bytes, bool withHashes)
    {
        var input = new ByteReader(bytes, "manifest");
        input.Magic(Magic);
        var (pack, release) = ReleaseJson.Reading("manifest", input.Block().ToArray(), ReadDescription);
        var count = input.Int(Math.Min(MaxFiles, input.Left));
        var paths = ReadPaths(ref input, count);
        var sizes = new long[count];
        foreach (ref var size in sizes.AsSpan())
        {
            size = input.Number();
        }
        var mediaTypes = ReadTexts(ref input, count);
        var languages = ReadTexts(ref input, count);
        var alts = ReadTexts(ref input, count);
        var captions = ReadTexts(ref input, count);
        var files = new ManifestFile[count];
        for (var i = 0; i < count; i++)
        {
            files[i] = new()
            {
                Path = paths[i],
                Size = sizes[i],
                Sha256 = withHashes ? new(input.Raw(Sha256Digest.Size)) : default,
                MediaType = mediaTypes[i] ?? throw input.Malformed($"has no media type for {paths[i]}"),
                Language = languages[i],
                Alt = alts[i],
                Caption = captions[i],
            };
        }
        input.End();
        ContentPath.RefuseCollisions(paths);
        return new()
        {
            Release = release,
            Files = files,
            Pack = pack,
        };
    }

    private static (HeadedObject, ReleaseDescription) ReadDescription(JsonElement root) =>
        (
            ReleaseJson.ReadHeaded(root.Field("pack", JsonValueKind.Object)),
            ReleaseJson.Read(root.Field("release", JsonValueKind.Object))
        );

    private static void WritePaths(ByteWriter output, IReadOnlyList<ManifestFile> files)
    {
        var (shared, left, text) = (new ByteWriter(), new ByteWriter(), new ByteWriter());
        ReadOnlySpan<byte> before = [];
        foreach (var file in files)
        {
            var path = Encoding.UTF8.GetBytes(file.Path);
            var common = before.CommonPrefixLength(path);
            shared.Number(common);
            left.Number(path.Length - common);
            text.Raw(path.AsSpan(common));
            before = path;
        }
        output.Raw(shared.Written);
        output.Raw(left.Written);
        output.Block(text.Written);
    }

    private static string[] ReadPaths(ref ByteReader input, int count)
    {
        var shared = new int[count];
        var left = new int[count];
        foreach (var column in (int[][])[shared, left])
        {
            foreach (ref var length in column.AsSpan())
            {
                length = input.Int(ContentPath.MaxBytes);
            }
        }
        var text = new ByteReader(input.Block(), "manifest's list of paths");
        var paths = new string[count];
        byte[] path = [];
        for (var i = 0; i < count; i++)
        {
            if (shared[i] > path.Length)
            {
                throw text.Malformed("shares more with a path than that has");
            }
            path = [.. path.AsSpan(0, shared[i]), .. text.Raw(left[i])];
            paths[i] = Encoding.UTF8.GetString(path);
            if (ContentPath.Normalise(paths[i]) != paths[i] || paths[i].Contains('\uFFFD', StringComparison.Ordinal))
            {
                throw new ContentException(ContentException.BadPath, $"The path '{paths[i]}' is not in NFC.");
            }
            if (i > 0 && string.CompareOrdinal(paths[i - 1], paths[i]) >= 0)
            {
                throw text.Malformed("is not in order");
            }
        }
        text.End();
        return paths;
    }

    /// <summary>A table of the distinct texts in order of first use, then a number for each file; 0: none.</summary>
    private static void WriteTexts(
        ByteWriter output,
        IReadOnlyList<ManifestFile> files,
        Func<ManifestFile, string?> textOf
    )
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var column = new ByteWriter();
        foreach (var file in files)
        {
            var text = textOf(file);
            if (text is not null && numbers.TryAdd(text, numbers.Count + 1))
            {
                column.Number(numbers.Count);
                continue;
            }
            column.Number(text is null ? 0 : numbers[text]);
        }
        output.Number(numbers.Count);
        foreach (var text in numbers.OrderBy(n => n.Value).Select(n => n.Key))
        {
            output.Block(Encoding.UTF8.GetBytes(text));
        }
        output.Raw(column.Written);
    }

    private static string?[] ReadTexts(ref ByteReader input, int count)
    {
        var table = new string?[input.Count() + 1];
        for (var i = 1; i < table.Length; i++)
        {
            table[i] = Encoding.UTF8.GetString(input.Block());
        }
        var texts = new string?[count];
        foreach (ref var text in texts.AsSpan())
        {
            text = table[input.Int(table.Length - 1)];
        }
        return texts;
    }
}
