using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Feeds;

/// <summary>How releases and recalls stand in a feed's targets.</summary>
internal static class FeedFormat
{
    /// <summary>The most releases that stand in one list; a feed of more is cut into bins for ever.</summary>
    public const int MaxInOneList = 16;

    private const int RecallsFormat = 1;
    private const int MaxDeltas = 16;
    private const long MaxSize = 1L << 50;
    private const string BinDigits = "0123456789abcdef";

    /// <summary>The roles that a feed's releases are spread over by the first hex digit of their path's hash, by that digit.</summary>
    public static IEnumerable<(char Digit, string Role)> Bins(string feed) => BinDigits.Select(d => (d, $"{feed}.{d}"));

    /// <summary>The bins that a feed delegates to; nobody else has a say in it.</summary>
    public static IEnumerable<DelegatedRole> BinsOf(string feed, TargetsRole role) =>
        role.Delegations.Where(d => Bins(feed).Any(bin => bin.Role == d.Name));

    /// <summary>The feed as its own list and those of its bins make it, each for no more than was delegated to it.</summary>
    public static FeedView View(
        DelegatedRole feed,
        TargetsRole role,
        IReadOnlyDictionary<string, TargetsRole> bins,
        IReadOnlyList<Recall> recalls
    )
    {
        var binned = BinsOf(feed.Name, role).Where(b => bins.ContainsKey(b.Name)).ToList();
        var recalled = recalls.Select(r => r.ReleaseId).ToHashSet();
        var releases = role
            .Targets.Values.Concat(binned.SelectMany(b => bins[b.Name].Targets.Values.Where(t => b.Covers(t.Path))))
            .Where(t => feed.Covers(t.Path) && IsRelease(feed.Name, t.Path))
            .DistinctBy(t => t.Path, StringComparer.Ordinal)
            .Select(t => ReadRelease(feed.Name, t))
            .Where(r => !recalled.Contains(r.Release.ReleaseId))
            .OrderByDescending(r => r.Release.Priority)
            .ThenByDescending(r => r.Release.ReleaseId.ToString(), StringComparer.Ordinal);
        var expires = binned.Select(b => bins[b.Name].File.Expires).Append(role.File.Expires).Min();
        long[] versions = [role.File.Version, .. binned.Select(b => bins[b.Name].File.Version)];
        return new(feed.Name, versions, expires, [.. releases], recalls);
    }

    /// <summary>
    /// True for a release's target, also as format 1 listed it: a reader that saw it vanish would take it off the screen before it comes anew. Those of
    /// other formats are passed over.
    /// </summary>
    public static bool IsRelease(string feed, string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        return name.Length > 36
            && Guid.TryParseExact(name[..36], "D", out var id)
            && (path == PlaneLayout.ReleaseTarget(feed, id) || path == PlaneLayout.FormerReleaseTarget(feed, id));
    }

    public static JsonObject WriteRelease(ReleaseManifest manifest, byte[] file, DateTimeOffset? deltasBy = null)
    {
        var custom = ReleaseJson.Write(manifest.Release with { Summary = new Dictionary<string, string>() });
        custom["size"] = manifest.Size;
        custom["fetch"] = manifest.Pack.Size;
        if (deltasBy is { } time)
        {
            custom["deltasBy"] = JsonShape.Time(time);
        }
        return Target(file, custom);
    }

    /// <summary>Lists a release's deltas in its target, in the place of those before, and of the time by which they were promised.</summary>
    /// <exception cref="ArgumentException">Too many, or of absurd sizes: no reader would take them.</exception>
    public static void WriteDeltas(JsonObject target, Guid release, IReadOnlyList<DeltaReference> deltas)
    {
        if (deltas.Count > MaxDeltas || deltas.Any(d => !IsSane(d)))
        {
            throw new ArgumentException($"These are no deltas that lead to {release}.", nameof(deltas));
        }
        var custom = target["custom"]!.AsObject();
        custom.Remove("deltasBy");
        custom.Remove("deltas");
        if (deltas.Count > 0)
        {
            custom["deltas"] = new JsonArray([.. deltas.Select(d => WriteDelta(d, release))]);
        }
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

    private static FeedRelease ReadRelease(string feed, SignedTarget target)
    {
        try
        {
            var custom = target.Custom is { ValueKind: JsonValueKind.Object } found
                ? found
                : throw new JsonShapeException("there is no custom object");
            var release = ReleaseJson.Read(custom);
            var isFormer = target.Path == PlaneLayout.FormerReleaseTarget(feed, release.ReleaseId);
            if (!isFormer && target.Path != PlaneLayout.ReleaseTarget(feed, release.ReleaseId))
            {
                throw new JsonShapeException("it describes another release");
            }
            var sha256 = target.Hashes.Sha256 ?? throw new JsonShapeException("there is no SHA-256");
            var size = Size(custom, "size");
            return new(release, size, new(target.Path, target.Length, sha256))
            {
                IsFetchable = !isFormer,
                Fetch = isFormer ? size : Size(custom, "fetch"),
                Deltas = ReadDeltas(custom, release.ReleaseId),
                DeltasBy = custom.OptionalTime("deltasBy"),
            };
        }
        catch (JsonShapeException e)
        {
            throw new ContentException(ContentException.Malformed, $"{target.Path}: {e.Message}", e);
        }
    }

    private static JsonObject WriteDelta(DeltaReference delta, Guid release)
    {
        var json = new JsonObject
        {
            ["from"] = delta.From.ToString(),
            ["head"] = delta.Delta.Head.ToString(),
            ["headSize"] = delta.Delta.HeadSize,
            ["size"] = delta.Delta.Size,
        };
        if (delta.To != release)
        {
            json["to"] = delta.To.ToString();
        }
        return json;
    }

    private static List<DeltaReference> ReadDeltas(JsonElement custom, Guid release)
    {
        if (custom.Optional("deltas") is null)
        {
            return [];
        }
        var listed = custom.Field("deltas", JsonValueKind.Array);
        if (listed.GetArrayLength() > MaxDeltas)
        {
            throw new JsonShapeException($"it lists more than {MaxDeltas} deltas");
        }
        return [.. listed.EnumerateArray().Select(d => ReadDelta(d, release))];
    }

    private static DeltaReference ReadDelta(JsonElement json, Guid release)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonShapeException("a delta is not an object");
        }
        var delta = new DeltaReference(
            ReleaseJson.Id(json, "from"),
            json.Optional("to") is null ? release : ReleaseJson.Id(json, "to"),
            ReleaseJson.ReadHeaded(json)
        );
        return IsSane(delta) ? delta : throw new JsonShapeException("a delta is absurd");
    }

    private static bool IsSane(DeltaReference delta) => delta.From != delta.To && ReleaseJson.IsSane(delta.Delta);

    private static long Size(JsonElement json, string name) =>
        json.Integer(name, 0) is var size and <= MaxSize ? size : throw new JsonShapeException($"{name} is absurd");
}
