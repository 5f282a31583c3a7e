using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Content;

/// <summary>The JSON of release descriptions and manifests.</summary>
internal static partial class ReleaseJson
{
    private const long MaxSize = 1L << 50;

    public static JsonObject Write(ReleaseDescription release)
    {
        var json = new JsonObject
        {
            ["category"] = release.Category,
            ["kind"] = release.Kind == ReleaseKind.Bulletin ? "bulletin" : "package",
            ["languages"] = new JsonArray([.. release.Languages.Select(l => JsonValue.Create(l))]),
            ["package"] = release.Package,
            ["priority"] = release.Priority switch
            {
                ReleasePriority.Urgent => "urgent",
                ReleasePriority.Priority => "priority",
                _ => "normal",
            },
            ["releaseId"] = release.ReleaseId.ToString(),
            ["title"] = JsonShape.Node(release.Title),
            ["version"] = release.Version,
        };
        if (release.Summary.Count > 0)
        {
            json["summary"] = JsonShape.Node(release.Summary);
        }
        if (release.ValidFrom is { } from)
        {
            json["validFrom"] = JsonShape.Time(from);
        }
        if (release.ValidUntil is { } until)
        {
            json["validUntil"] = JsonShape.Time(until);
        }
        return json;
    }

    /// <exception cref="JsonShapeException">Malformed.</exception>
    public static ReleaseDescription Read(JsonElement json)
    {
        var package = json.Text("package");
        if (package.Length > 200 || !Slug().IsMatch(package))
        {
            throw new JsonShapeException("package is not a slug");
        }
        return new()
        {
            ReleaseId = Id(json),
            Package = package,
            Version = (int)Math.Min(json.Integer("version", 1), int.MaxValue),
            // A kind or priority that a later version adds must not stop everything else.
            Kind = json.Text("kind") == "bulletin" ? ReleaseKind.Bulletin : ReleaseKind.Package,
            Priority = json.Text("priority") switch
            {
                "urgent" => ReleasePriority.Urgent,
                "priority" => ReleasePriority.Priority,
                _ => ReleasePriority.Normal,
            },
            Title = json.Texts("title"),
            Summary = json.Texts("summary"),
            Category = json.Text("category"),
            Languages = [.. json.Field("languages", JsonValueKind.Array).EnumerateArray().Select(l => l.Text())],
            ValidFrom = json.OptionalTime("validFrom"),
            ValidUntil = json.OptionalTime("validUntil"),
        };
    }

    public static byte[] Write(ReleaseManifest manifest) =>
        CanonicalJson.ForFile(
            new JsonObject
            {
                ["format"] = ReleaseManifest.Format,
                ["release"] = Write(manifest.Release),
                ["files"] = new JsonArray([.. manifest.Files.Select(Write)]),
                ["pack"] = Write(manifest.Pack),
                ["index"] = Write(manifest.Index),
            }
        );

    /// <exception cref="ContentException">Malformed, unknown format, bad path.</exception>
    public static ReleaseManifest ReadManifest(ReadOnlyMemory<byte> bytes) =>
        Reading(
            "manifest",
            bytes,
            root =>
            {
                RefuseOtherFormat(root, ReleaseManifest.Format);
                var manifest = new ReleaseManifest
                {
                    Release = Read(root.Field("release", JsonValueKind.Object)),
                    Files = [.. root.Field("files", JsonValueKind.Array).EnumerateArray().Select(ReadFile)],
                    Pack = ReadObject(root.Field("pack", JsonValueKind.Object)),
                    Index = ReadObject(root.Field("index", JsonValueKind.Object)),
                };
                if (
                    !manifest
                        .Files.Zip(manifest.Files.Skip(1))
                        .All(p => string.CompareOrdinal(p.First.Path, p.Second.Path) < 0)
                )
                {
                    throw new JsonShapeException("its files are not in order");
                }
                ContentPath.RefuseCollisions(manifest.Files.Select(f => f.Path));
                return manifest;
            }
        );

    /// <summary>Parses a file and turns every fault of its shape into a <see cref="ContentException"/>.</summary>
    public static T Reading<T>(string what, ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            var root = CanonicalJson.Parse(json);
            return root.ValueKind == JsonValueKind.Object
                ? read(root)
                : throw new JsonShapeException("it is not an object");
        }
        catch (Exception e) when (e is JsonException or JsonShapeException or InvalidOperationException)
        {
            throw new ContentException(ContentException.Malformed, $"Malformed {what}: {e.Message}", e);
        }
    }

    public static void RefuseOtherFormat(JsonElement root, int known)
    {
        if (root.Integer("format", 0) is var format && format != known)
        {
            throw new ContentException(ContentException.UnknownFormat, $"Format {format} is not known here.");
        }
    }

    public static Guid Id(JsonElement json) =>
        Guid.TryParseExact(json.Text("releaseId"), "D", out var id)
            ? id
            : throw new JsonShapeException("releaseId is not a UUID");

    private static JsonObject Write(ManifestFile file)
    {
        var json = new JsonObject
        {
            ["path"] = file.Path,
            ["size"] = file.Size,
            ["sha256"] = file.Sha256.ToString(),
            ["mediaType"] = file.MediaType,
            ["chunks"] = new JsonArray([
                .. file.Chunks.Select(run => new JsonArray(JsonValue.Create(run.First), JsonValue.Create(run.Count))),
            ]),
        };
        foreach (
            var (name, text) in new[] { ("language", file.Language), ("alt", file.Alt), ("caption", file.Caption) }
        )
        {
            if (text is not null)
            {
                json[name] = text;
            }
        }
        return json;
    }

    private static ManifestFile ReadFile(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonShapeException("a file is not an object");
        }
        var path = json.Text("path");
        if (ContentPath.Normalise(path) != path)
        {
            throw new ContentException(ContentException.BadPath, $"The path '{path}' is not in NFC.");
        }
        return new()
        {
            Path = path,
            Size = Size(json),
            Sha256 = Sha256(json),
            MediaType = json.Text("mediaType"),
            Language = json.OptionalText("language"),
            Alt = json.OptionalText("alt"),
            Caption = json.OptionalText("caption"),
            Chunks = [.. json.Field("chunks", JsonValueKind.Array).EnumerateArray().Select(ReadRun)],
        };
    }

    private static ChunkRun ReadRun(JsonElement run) =>
        run.ValueKind == JsonValueKind.Array
        && run.GetArrayLength() == 2
        && run.EnumerateArray().All(n => n.ValueKind == JsonValueKind.Number)
        && run[0].TryGetInt32(out var first)
        && run[1].TryGetInt32(out var count)
        && first >= 0
        && count >= 1
        && first <= int.MaxValue - count
            ? new(first, count)
            : throw new JsonShapeException("a run of chunks is not [first, count]");

    private static JsonObject Write(ObjectReference reference) =>
        new() { ["sha256"] = reference.Sha256.ToString(), ["size"] = reference.Size };

    private static ObjectReference ReadObject(JsonElement json) => new(Sha256(json), Size(json));

    private static long Size(JsonElement json) =>
        json.Integer("size", 0) is var size and <= MaxSize ? size : throw new JsonShapeException("a size is absurd");

    private static Sha256Digest Sha256(JsonElement json) =>
        Sha256Digest.TryParse(json.Text("sha256"), out var digest)
            ? digest
            : throw new JsonShapeException("a SHA-256 is not 64 hex digits");

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Slug();
}
