using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LaiChau.Distribution.Trust;

/// <summary>Keys and how many of them must have signed.</summary>
internal sealed record RoleKeys(IReadOnlyList<TufKey> Keys, int Threshold)
{
    public static RoleKeys Read(JsonElement role, IReadOnlyDictionary<string, TufKey> keys)
    {
        var ids = role.Field("keyids", JsonValueKind.Array).EnumerateArray().Select(id => id.Text()).ToList();
        if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
        {
            throw new JsonShapeException("a role lists a key id twice");
        }
        // An id without a key cannot sign anything: it just does not count.
        return new(
            [.. ids.Where(keys.ContainsKey).Select(id => keys[id])],
            (int)Math.Min(role.Integer("threshold", 1), int.MaxValue)
        );
    }

    public static Dictionary<string, TufKey> ReadKeys(JsonElement owner) =>
        owner
            .Field("keys", JsonValueKind.Object)
            .EnumerateObject()
            .ToDictionary(p => p.Name, p => TufKey.FromElement(p.Name, p.Value), StringComparer.Ordinal);

    public void Verify(SignedFile file, string role)
    {
        var signed = CountSigners(file);
        if (signed < Threshold)
        {
            throw new TufException(
                TufFault.BelowThreshold,
                role,
                $"signed by {signed} of the {Threshold} keys required"
            );
        }
    }

    public int CountSigners(SignedFile file) =>
        // The same key under two ids is still one key.
        Keys.DistinctBy(k => k.Public, StringComparer.Ordinal)
            .Count(distinct =>
                Keys.Any(key =>
                    key.Public == distinct.Public
                    && file.Signatures.TryGetValue(key.KeyId, out var signature)
                    && key.Verify(file.Canonical, signature)
                )
            );
}

/// <summary>A metadata file: the envelope with its signatures, nothing verified yet.</summary>
internal sealed class SignedFile
{
    private SignedFile(ReadOnlyMemory<byte> bytes, JsonElement signed, Dictionary<string, byte[]> signatures)
    {
        Bytes = bytes;
        Signed = signed;
        Signatures = signatures;
        Canonical = CanonicalJson.ForSigning(signed);
        Version = signed.Integer("version", 1);
        Expires = signed.Time("expires");
    }

    public ReadOnlyMemory<byte> Bytes { get; }
    public JsonElement Signed { get; }
    public byte[] Canonical { get; }
    public IReadOnlyDictionary<string, byte[]> Signatures { get; }
    public long Version { get; }
    public DateTimeOffset Expires { get; }

    /// <exception cref="TufException">Malformed, or metadata of another type than <paramref name="type"/>.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, string role, string type, Func<SignedFile, T> model)
    {
        try
        {
            var envelope = CanonicalJson.Parse(bytes);
            if (envelope.ValueKind != JsonValueKind.Object)
            {
                throw new JsonShapeException("not an object");
            }
            var signed = envelope.Field("signed", JsonValueKind.Object);
            if (signed.Text("_type") != type)
            {
                throw new JsonShapeException($"of type {signed.Text("_type")}, not {type}");
            }
            var spec = signed.Text("spec_version").Split('.');
            if (
                spec.Length is not (2 or 3)
                || spec[0] != "1"
                || !spec.All(n => int.TryParse(n, NumberStyles.None, null, out _))
            )
            {
                throw new JsonShapeException("of a spec version other than 1");
            }
            return model(new(bytes, signed, ReadSignatures(envelope)));
        }
        catch (Exception e) when (e is JsonException or JsonShapeException or InvalidOperationException)
        {
            throw new TufException(TufFault.Malformed, role, e.Message, e);
        }
    }

    /// <summary>The file of <paramref name="signed"/> with a signature by each of the keys.</summary>
    public static byte[] Sign(JsonObject signed, IEnumerable<(string KeyId, SigningKey Key)> signers)
    {
        var message = CanonicalJson.ForSigning(CanonicalJson.ToElement(signed));
        return CanonicalJson.ForFile(
            new JsonObject
            {
                ["signatures"] = new JsonArray([
                    .. signers
                        .DistinctBy(s => s.KeyId, StringComparer.Ordinal)
                        .OrderBy(s => s.KeyId, StringComparer.Ordinal)
                        .Select(s => new JsonObject
                        {
                            ["keyid"] = s.KeyId,
                            ["sig"] = Convert.ToHexStringLower(s.Key.Sign(message)),
                        }),
                ]),
                ["signed"] = signed,
            }
        );
    }

    private static Dictionary<string, byte[]> ReadSignatures(JsonElement envelope)
    {
        var signatures = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in envelope.Field("signatures", JsonValueKind.Array).EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object)
            {
                throw new JsonShapeException("a signature is not an object");
            }
            if (!signatures.TryAdd(entry.Text("keyid"), Hex(entry.Text("sig"))))
            {
                throw new JsonShapeException("two signatures of one key id");
            }
        }
        return signatures;
    }

    private static byte[] Hex(string text)
    {
        var bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : [];
    }
}

/// <summary>Hashes that a file is signed with; those of an unknown algorithm are passed over, but one must be known.</summary>
internal sealed record SignedHashes(Sha256Digest? Sha256, string? Sha512)
{
    public static SignedHashes? Read(JsonElement owner, bool required)
    {
        if (!required && owner.Optional("hashes") is null)
        {
            return null;
        }
        var hashes = owner.Field("hashes", JsonValueKind.Object);
        Sha256Digest? sha256 = null;
        if (hashes.Optional("sha256") is { } text)
        {
            sha256 = Sha256Digest.TryParse(text.Text(), out var digest)
                ? digest
                : throw new JsonShapeException("a SHA-256 is not 64 hex digits");
        }
        var sha512 = hashes.Optional("sha512")?.Text();
        if (sha512 is not null && (sha512.Length != 128 || !sha512.All(char.IsAsciiHexDigit)))
        {
            throw new JsonShapeException("a SHA-512 is not 128 hex digits");
        }
        return sha256 is null && sha512 is null
            ? throw new JsonShapeException("no hash of a known algorithm")
            : new(sha256, sha512);
    }

    public bool Match(ReadOnlySpan<byte> content)
    {
        using var hashing = Begin();
        hashing.Append(content);
        return hashing.Matches();
    }

    /// <summary>To match content that comes in pieces.</summary>
    public Hashing Begin() => new(this);

    internal sealed class Hashing(SignedHashes signed) : IDisposable
    {
        private readonly IncrementalHash? _sha256 = Create(signed.Sha256 is not null, HashAlgorithmName.SHA256);
        private readonly IncrementalHash? _sha512 = Create(signed.Sha512 is not null, HashAlgorithmName.SHA512);

        public void Append(ReadOnlySpan<byte> content)
        {
            _sha256?.AppendData(content);
            _sha512?.AppendData(content);
        }

        public bool Matches() =>
            (_sha256 is null || new Sha256Digest(_sha256.GetHashAndReset()) == signed.Sha256)
            && (
                _sha512 is null
                || Convert
                    .ToHexString(_sha512.GetHashAndReset())
                    .Equals(signed.Sha512, StringComparison.OrdinalIgnoreCase)
            );

        public void Dispose()
        {
            _sha256?.Dispose();
            _sha512?.Dispose();
        }

        private static IncrementalHash? Create(bool isSigned, HashAlgorithmName algorithm) =>
            isSigned ? IncrementalHash.CreateHash(algorithm) : null;
    }
}

/// <summary>What timestamp or snapshot says of another metadata file.</summary>
internal sealed record MetaFile(long Version, long? Length, SignedHashes? Hashes)
{
    public static MetaFile Read(JsonElement meta)
    {
        if (meta.ValueKind != JsonValueKind.Object)
        {
            throw new JsonShapeException("an entry of meta is not an object");
        }
        return new(
            meta.Integer("version", 1),
            meta.Optional("length") is null ? null : meta.Integer("length", 1),
            SignedHashes.Read(meta, required: false)
        );
    }

    public void Check(ReadOnlySpan<byte> file, string role)
    {
        if (Length is { } length && file.Length != length)
        {
            throw new TufException(TufFault.WrongLength, role, $"{file.Length} bytes instead of the signed {length}");
        }
        if (Hashes is not null && !Hashes.Match(file))
        {
            throw new TufException(TufFault.WrongHash, role, "its hash is not the signed one");
        }
    }
}

internal sealed class RootRole
{
    private static readonly string[] TopLevel = ["root", "timestamp", "snapshot", "targets"];

    private RootRole(SignedFile file)
    {
        File = file;
        ConsistentSnapshot = file.Signed.Optional("consistent_snapshot")?.ValueKind switch
        {
            null or JsonValueKind.False => false,
            JsonValueKind.True => true,
            _ => throw new JsonShapeException("consistent_snapshot is not true or false"),
        };
        var keys = RoleKeys.ReadKeys(file.Signed);
        var roles = file.Signed.Field("roles", JsonValueKind.Object);
        Roles = TopLevel.ToDictionary(
            name => name,
            name => RoleKeys.Read(roles.Field(name, JsonValueKind.Object), keys),
            StringComparer.Ordinal
        );
    }

    public SignedFile File { get; }
    public bool ConsistentSnapshot { get; }
    public IReadOnlyDictionary<string, RoleKeys> Roles { get; }

    public static RootRole Read(ReadOnlyMemory<byte> bytes) =>
        SignedFile.Read(bytes, "root", "root", f => new RootRole(f));

    public static bool IsTopLevel(string role) => TopLevel.Contains(role, StringComparer.Ordinal);
}

internal sealed class TimestampRole
{
    private TimestampRole(SignedFile file)
    {
        File = file;
        Snapshot = MetaFile.Read(
            file.Signed.Field("meta", JsonValueKind.Object).Field("snapshot.json", JsonValueKind.Object)
        );
    }

    public SignedFile File { get; }
    public MetaFile Snapshot { get; }

    public static TimestampRole Read(ReadOnlyMemory<byte> bytes) =>
        SignedFile.Read(bytes, "timestamp", "timestamp", f => new TimestampRole(f));
}

internal sealed class SnapshotRole
{
    private SnapshotRole(SignedFile file)
    {
        File = file;
        Meta = file
            .Signed.Field("meta", JsonValueKind.Object)
            .EnumerateObject()
            .ToDictionary(p => p.Name, p => MetaFile.Read(p.Value), StringComparer.Ordinal);
    }

    public SignedFile File { get; }
    public IReadOnlyDictionary<string, MetaFile> Meta { get; }

    public static SnapshotRole Read(ReadOnlyMemory<byte> bytes) =>
        SignedFile.Read(bytes, "snapshot", "snapshot", f => new SnapshotRole(f));
}

internal sealed record SignedTarget(string Path, long Length, SignedHashes Hashes, JsonElement? Custom);

internal sealed class TargetsRole
{
    private TargetsRole(SignedFile file)
    {
        File = file;
        Targets = file
            .Signed.Field("targets", JsonValueKind.Object)
            .EnumerateObject()
            .ToDictionary(p => p.Name, ReadTarget, StringComparer.Ordinal);
        Delegations = file.Signed.Optional("delegations") is null
            ? []
            : DelegatedRole.ReadAll(file.Signed.Field("delegations", JsonValueKind.Object));
    }

    public SignedFile File { get; }
    public IReadOnlyDictionary<string, SignedTarget> Targets { get; }
    public IReadOnlyList<DelegatedRole> Delegations { get; }

    public static TargetsRole Read(ReadOnlyMemory<byte> bytes, string role) =>
        SignedFile.Read(bytes, role, "targets", f => new TargetsRole(f));

    private static SignedTarget ReadTarget(JsonProperty target) =>
        target.Value.ValueKind == JsonValueKind.Object
            ? new(
                target.Name,
                target.Value.Integer("length", 0),
                SignedHashes.Read(target.Value, required: true)!,
                target.Value.Optional("custom")
            )
            : throw new JsonShapeException("a target is not an object");
}

/// <summary>A delegation: who signs which targets.</summary>
internal sealed record DelegatedRole(
    string Name,
    RoleKeys Keys,
    bool Terminating,
    IReadOnlyList<string>? Paths,
    IReadOnlyList<string>? PathHashPrefixes
)
{
    public static List<DelegatedRole> ReadAll(JsonElement delegations)
    {
        var keys = RoleKeys.ReadKeys(delegations);
        var roles = delegations
            .Field("roles", JsonValueKind.Array)
            .EnumerateArray()
            .Select(role => Read(role, keys))
            .ToList();
        if (roles.DistinctBy(r => r.Name, StringComparer.Ordinal).Count() != roles.Count)
        {
            throw new JsonShapeException("two delegations of one name");
        }
        return roles;
    }

    /// <summary>True when the delegation covers the path (specification §4.5, PATHPATTERN and PATH_HASH_PREFIXES).</summary>
    public bool Covers(string path)
    {
        if (PathHashPrefixes is not null)
        {
            var hash = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(path)).ToString();
            return PathHashPrefixes.Any(prefix => hash.StartsWith(prefix, StringComparison.Ordinal));
        }
        return Paths!.Any(pattern => PathPattern.Matches(pattern, path));
    }

    private static DelegatedRole Read(JsonElement role, Dictionary<string, TufKey> keys)
    {
        if (role.ValueKind != JsonValueKind.Object)
        {
            throw new JsonShapeException("a delegation is not an object");
        }
        var name = role.Text("name");
        if (RootRole.IsTopLevel(name) || name.Length == 0)
        {
            throw new JsonShapeException("a delegation takes the name of a top-level role");
        }
        var terminating = role.Optional("terminating")?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new JsonShapeException("terminating is not true or false"),
        };
        var paths = Strings(role, "paths");
        var prefixes = Strings(role, "path_hash_prefixes");
        if (paths is null == prefixes is null)
        {
            throw new JsonShapeException("a delegation has either paths or path_hash_prefixes");
        }
        return new(name, RoleKeys.Read(role, keys), terminating, paths, prefixes);
    }

    private static List<string>? Strings(JsonElement role, string name) =>
        role.Optional(name) is null
            ? null
            : [.. role.Field(name, JsonValueKind.Array).EnumerateArray().Select(p => p.Text())];
}
