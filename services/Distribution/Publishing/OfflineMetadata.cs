using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Publishing;

/// <summary>
/// A root.json or targets.json on its way through a ceremony: drafted once, signed by one key after another on machines without a
/// network, then handed to <see cref="RepositoryWriter"/>. The same draft gives the same bytes on every machine. Immutable.
/// </summary>
public sealed class OfflineMetadata
{
    private const string OwnersField = "x-owners";
    private readonly SignedFile _file;

    private OfflineMetadata(string role, SignedFile file, IReadOnlyDictionary<string, RoleSigners> roles)
    {
        (Role, _file, Roles) = (role, file, roles);
        Owners = ReadOwners(file);
    }

    /// <summary><c>root</c> or <c>targets</c>.</summary>
    public string Role { get; }

    /// <summary>From 1, rising by one.</summary>
    public long Version => _file.Version;

    /// <summary>When readers refuse it, to the second.</summary>
    public DateTimeOffset Expires => _file.Expires;

    /// <summary>The file, with the signatures so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _file.Bytes;

    /// <summary><c>3.root.json</c>.</summary>
    public string FileName => $"{Version}.{Role}.json";

    /// <summary>SHA-256 of what is signed: the same for everybody who holds the same draft, whoever has signed it.</summary>
    public Sha256Digest Content => Sha256Digest.Of(_file.Canonical);

    /// <summary>Whom it names: for root <c>root</c>, <c>targets</c>, <c>snapshot</c>, <c>timestamp</c>; for targets the feeds.</summary>
    public IReadOnlyDictionary<string, RoleSigners> Roles { get; }

    /// <summary>Whose a key is, by key id: a word for people, signed but never relied on.</summary>
    public IReadOnlyDictionary<string, string> Owners { get; }

    /// <summary>True when anybody has put a signature on it, valid or not.</summary>
    public bool IsSigned => _file.Signatures.Count > 0;

    /// <summary>Reads one; nothing is verified yet.</summary>
    /// <exception cref="TufException"><see cref="TufFault.Malformed"/>: neither a root.json nor a targets.json.</exception>
    public static OfflineMetadata Parse(ReadOnlyMemory<byte> bytes)
    {
        if (TypeOf(bytes) == "root")
        {
            var root = RootRole.Read(bytes);
            return new("root", root.File, root.Roles.ToDictionary(r => r.Key, r => RoleSigners.From(r.Value)));
        }
        var targets = TargetsRole.Read(bytes, "targets");
        return new(
            "targets",
            targets.File,
            targets.Delegations.ToDictionary(d => d.Name, d => RoleSigners.From(d.Keys), StringComparer.Ordinal)
        );
    }

    /// <summary>An unsigned root.json of a design.</summary>
    /// <param name="design">Who signs what; the feeds are not part of it.</param>
    /// <param name="owners">Whose a key is, by key id; those of other keys are left out.</param>
    /// <param name="expires">To the second.</param>
    /// <param name="previous">The root it follows; null: version 1.</param>
    /// <exception cref="ArgumentException">A design that cannot work.</exception>
    public static OfflineMetadata DraftRoot(
        RepositoryDesign design,
        IReadOnlyDictionary<string, string> owners,
        DateTimeOffset expires,
        OfflineMetadata? previous = null
    )
    {
        ArgumentNullException.ThrowIfNull(design);
        RepositoryStep.Check(design);
        var signers = new[] { design.Root, design.Targets, design.Snapshot, design.Timestamp };
        return Draft(RepositoryStep.RootContent(design), signers, owners, expires, previous);
    }

    /// <summary>An unsigned targets.json that lists the feeds of a design and who signs them.</summary>
    /// <inheritdoc cref="DraftRoot"/>
    public static OfflineMetadata DraftTargets(
        RepositoryDesign design,
        IReadOnlyDictionary<string, string> owners,
        DateTimeOffset expires,
        OfflineMetadata? previous = null
    )
    {
        ArgumentNullException.ThrowIfNull(design);
        RepositoryStep.Check(design);
        var content = RepositoryStep.TargetsContent(design.Feeds);
        content["targets"] = JsonNode.Parse(previous?._file.Signed.GetProperty("targets").GetRawText() ?? "{}");
        return Draft(content, design.Feeds.Values, owners, expires, previous);
    }

    /// <summary>True when both say the same but for version and expiry: then the newer one would only renew.</summary>
    public bool SaysTheSameAs(OfflineMetadata other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Undated(this).AsSpan().SequenceEqual(Undated(other));
    }

    /// <summary>The keys among <paramref name="signers"/> whose valid signature it bears.</summary>
    public IReadOnlyList<TufKey> SignedBy(RoleSigners signers)
    {
        ArgumentNullException.ThrowIfNull(signers);
        return [.. signers.Keys.Where(k => new RoleKeys([k], 1).CountSigners(_file) == 1)];
    }

    /// <summary>True when enough of the signers have signed.</summary>
    public bool Satisfies(RoleSigners signers)
    {
        ArgumentNullException.ThrowIfNull(signers);
        return signers.ToRoleKeys().CountSigners(_file) >= signers.Threshold;
    }

    /// <summary>The same with one more signature. Whether that key may sign it is not asked here.</summary>
    public OfflineMetadata Sign(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signatures = _file
            .Signatures.Where(s => s.Key != key.Public.KeyId)
            .Append(KeyValuePair.Create(key.Public.KeyId, key.Sign(_file.Canonical)))
            .OrderBy(s => s.Key, StringComparer.Ordinal);
        return Parse(Envelope(_file.Signed, signatures));
    }

    internal static Dictionary<string, string> ReadOwners(SignedFile file) =>
        file.Signed.Optional(OwnersField) is { ValueKind: JsonValueKind.Object } owners
            ? owners
                .EnumerateObject()
                .Where(o => o.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(o => o.Name, o => o.Value.GetString()!, StringComparer.Ordinal)
            : [];

    private static OfflineMetadata Draft(
        JsonObject content,
        IEnumerable<RoleSigners> signers,
        IReadOnlyDictionary<string, string> owners,
        DateTimeOffset expires,
        OfflineMetadata? previous
    )
    {
        ArgumentNullException.ThrowIfNull(owners);
        var known = signers.SelectMany(s => s.Keys).Select(k => k.KeyId).Distinct().Where(owners.ContainsKey);
        content[OwnersField] = new JsonObject(known.Select(id => KeyValuePair.Create(id, (JsonNode?)owners[id])));
        content["spec_version"] = RepositoryStep.SpecVersion;
        content["version"] = (previous?.Version ?? 0) + 1;
        content["expires"] = JsonShape.Time(expires);
        return Parse(Envelope(CanonicalJson.ToElement(content), []));
    }

    private static byte[] Envelope(JsonElement signed, IEnumerable<KeyValuePair<string, byte[]>> signatures) =>
        CanonicalJson.ForFile(
            new JsonObject
            {
                ["signatures"] = new JsonArray([
                    .. signatures.Select(s => new JsonObject
                    {
                        ["keyid"] = s.Key,
                        ["sig"] = Convert.ToHexStringLower(s.Value),
                    }),
                ]),
                ["signed"] = JsonNode.Parse(signed.GetRawText()),
            }
        );

    private static byte[] Undated(OfflineMetadata metadata)
    {
        var content = JsonObject.Create(metadata._file.Signed)!;
        foreach (var field in new[] { "version", "expires", "spec_version" })
        {
            content.Remove(field);
        }
        return CanonicalJson.ForSigning(CanonicalJson.ToElement(content));
    }

    private static string? TypeOf(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return CanonicalJson.Parse(bytes).Field("signed", JsonValueKind.Object).OptionalText("_type");
        }
        catch (Exception e) when (e is JsonException or JsonShapeException or InvalidOperationException)
        {
            throw new TufException(TufFault.Malformed, "root", e.Message, e);
        }
    }
}
