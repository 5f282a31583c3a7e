using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Content;

/// <summary>The JSON of release descriptions.</summary>
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

    public static Guid Id(JsonElement json, string name = "releaseId") =>
        Guid.TryParseExact(json.Text(name), "D", out var id)
            ? id
            : throw new JsonShapeException($"{name} is not a UUID");

    public static HeadedObject ReadHeaded(JsonElement json)
    {
        var headed = new HeadedObject(
            Sha256(json, "head"),
            (int)Math.Min(json.Integer("headSize", 1), int.MaxValue),
            json.Integer("size", 1)
        );
        return IsSane(headed) ? headed : throw new JsonShapeException("a size is absurd");
    }

    public static bool IsSane(HeadedObject headed) =>
        headed.HeadSize is > 0 and <= HeadedObject.MaxHeadSize
        && headed.HeadSize <= headed.Size
        && headed.Size <= MaxSize;

    private static Sha256Digest Sha256(JsonElement json, string name) =>
        Sha256Digest.TryParse(json.Text(name), out var digest)
            ? digest
            : throw new JsonShapeException("a SHA-256 is not 64 hex digits");

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Slug();
}
