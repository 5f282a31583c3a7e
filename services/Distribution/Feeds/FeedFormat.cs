using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Feeds;

/// <summary>How releases and recalls stand in a feed's targets.</summary>
internal static class FeedFormat
{
    private const int RecallsFormat = 1;

    public static FeedView View(
        string feed,
        long version,
        DateTimeOffset expires,
        IEnumerable<SignedTarget> targets,
        IReadOnlyList<Recall> recalls
    )
    {
        var recalled = recalls.Select(r => r.ReleaseId).ToHashSet();
        var releases = targets
            .Where(t => t.Path.StartsWith($"{feed}/releases/", StringComparison.Ordinal))
            .Select(ReadRelease)
            .Where(r => !recalled.Contains(r.Release.ReleaseId))
            .OrderByDescending(r => r.Release.Priority)
            .ThenByDescending(r => r.Release.ReleaseId.ToString(), StringComparer.Ordinal);
        return new(feed, version, expires, [.. releases], recalls);
    }

    public static JsonObject WriteRelease(ReleaseManifest manifest, byte[] file)
    {
        var custom = ReleaseJson.Write(manifest.Release with { Summary = new Dictionary<string, string>() });
        custom["size"] = manifest.Size;
        return Target(file, custom);
    }

    public static JsonObject Target(byte[] file, JsonObject? custom = null)
    {
        var target = new JsonObject
        {
            ["hashes"] = new JsonObject { ["sha256"] = Sha256Digest.Of(file).ToString() },
            ["length"] = file.Length,
        };
        if (custom is not null)
        {
            target["custom"] = custom;
        }
        return target;
    }

    public static byte[] WriteRecalls(IEnumerable<Recall> recalls) =>
        CanonicalJson.ForFile(
            new JsonObject
            {
                ["format"] = RecallsFormat,
                ["recalls"] = new JsonArray([
                    .. recalls
                        .OrderBy(r => r.ReleaseId.ToString(), StringComparer.Ordinal)
                        .Select(r => new JsonObject
                        {
                            ["message"] = JsonShape.Node(r.Message),
                            ["package"] = r.Package,
                            ["reason"] = r.Reason,
                            ["recalledAt"] = JsonShape.Time(r.RecalledAt),
                            ["releaseId"] = r.ReleaseId.ToString(),
                        }),
                ]),
            }
        );

    /// <exception cref="ContentException">Malformed, unknown format.</exception>
    public static IReadOnlyList<Recall> ReadRecalls(ReadOnlyMemory<byte> json) =>
        ReleaseJson.Reading(
            "recall list",
            json,
            root =>
            {
                ReleaseJson.RefuseOtherFormat(root, RecallsFormat);
                return root.Field("recalls", JsonValueKind.Array)
                    .EnumerateArray()
                    .Select(r => new Recall
                    {
                        ReleaseId = ReleaseJson.Id(r),
                        Package = r.Text("package"),
                        RecalledAt = r.Time("recalledAt"),
                        Reason = r.Text("reason"),
                        Message = r.Texts("message"),
                    })
                    .ToList();
            }
        );

    private static FeedRelease ReadRelease(SignedTarget target)
    {
        try
        {
            var custom = target.Custom is { ValueKind: JsonValueKind.Object } found
                ? found
                : throw new JsonShapeException("there is no custom object");
            var release = ReleaseJson.Read(custom);
            if (!target.Path.EndsWith($"/{release.ReleaseId}.json", StringComparison.Ordinal))
            {
                throw new JsonShapeException("it describes another release");
            }
            var sha256 = target.Hashes.Sha256 ?? throw new JsonShapeException("there is no SHA-256");
            return new(release, custom.Integer("size", 0), new(target.Path, target.Length, sha256));
        }
        catch (JsonShapeException e)
        {
            throw new ContentException(ContentException.Malformed, $"{target.Path}: {e.Message}", e);
        }
    }
}
