using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using NSec.Cryptography;

namespace LaiChau.Distribution.Trust;

/// <summary>A public key as metadata lists it.</summary>
/// <param name="KeyId">Lower-case hex SHA-256 of the key's canonical JSON (or whatever id the signed metadata gave it).</param>
/// <param name="KeyType"><c>ed25519</c>, <c>ecdsa</c>, <c>ecdsa-sha2-nistp256</c>, <c>rsa</c>.</param>
/// <param name="Scheme"><c>ed25519</c>, <c>ecdsa-sha2-nistp256</c>, <c>rsassa-pss-sha256</c>, <c>rsa-pkcs1v15-sha256</c>.</param>
/// <param name="Public">Hex for Ed25519, PEM for the others.</param>
public sealed record TufKey(string KeyId, string KeyType, string Scheme, string Public)
{
    /// <summary>True when <paramref name="signature"/> over <paramref name="message"/> is this key's. Unknown schemes and broken keys: false.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        try
        {
            return (KeyType, Scheme) switch
            {
                ("ed25519", "ed25519") => VerifyEd25519(message, signature),
                ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => VerifyEcdsa(message, signature),
                ("rsa", "rsassa-pss-sha256") => VerifyRsa(message, signature, RSASignaturePadding.Pss),
                ("rsa", "rsa-pkcs1v15-sha256") => VerifyRsa(message, signature, RSASignaturePadding.Pkcs1),
                _ => false,
            };
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>JSON of the public key (to hand to another ceremony member): <c>{"keytype":…,"keyval":{"public":…},"scheme":…}</c>.</summary>
    public string ToJson() =>
        System.Text.Encoding.UTF8.GetString(CanonicalJson.ForFile(CanonicalJson.ToElement(ToNode())));

    /// <summary>Parses <see cref="ToJson"/>.</summary>
    /// <exception cref="TufException">Not a key.</exception>
    public static TufKey FromJson(string json)
    {
        try
        {
            var element = CanonicalJson.Parse(System.Text.Encoding.UTF8.GetBytes(json));
            return FromElement(Sha256Digest.Of(CanonicalJson.ForSigning(element)).ToString(), element);
        }
        catch (Exception e) when (e is JsonException or JsonShapeException)
        {
            throw new TufException(TufFault.Malformed, "key", $"not a public key: {e.Message}", e);
        }
    }

    internal static TufKey Create(string keyType, string scheme, string @public)
    {
        var key = new TufKey("", keyType, scheme, @public);
        return key with
        {
            KeyId = Sha256Digest.Of(CanonicalJson.ForSigning(CanonicalJson.ToElement(key.ToNode()))).ToString(),
        };
    }

    internal static TufKey FromElement(string keyId, JsonElement element) =>
        new(
            keyId,
            element.Text("keytype"),
            element.Text("scheme"),
            element.Field("keyval", JsonValueKind.Object).Text("public")
        );

    internal JsonObject ToNode() =>
        new()
        {
            ["keytype"] = KeyType,
            ["keyval"] = new JsonObject { ["public"] = Public },
            ["scheme"] = Scheme,
        };

    private bool VerifyEd25519(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        PublicKey.TryImport(
            SignatureAlgorithm.Ed25519,
            Convert.FromHexString(Public),
            KeyBlobFormat.RawPublicKey,
            out var key
        )
        && key is not null
        && SignatureAlgorithm.Ed25519.Verify(key, message, signature);

    private bool VerifyEcdsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(Public);
        return key.KeySize == 256
            && key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private bool VerifyRsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, RSASignaturePadding padding)
    {
        using var key = RSA.Create();
        key.ImportFromPem(Public);
        return key.KeySize >= 2048 && key.VerifyData(message, signature, HashAlgorithmName.SHA256, padding);
    }
}

/// <summary>An Ed25519 key that signs metadata. Signatures are deterministic.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly Key _key;

    private SigningKey(Key key)
    {
        _key = key;
        Public = TufKey.Create(
            "ed25519",
            "ed25519",
            Convert.ToHexStringLower(key.PublicKey.Export(KeyBlobFormat.RawPublicKey))
        );
    }

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    /// <summary>Its public half.</summary>
    public TufKey Public { get; }

    /// <summary>A new random key.</summary>
    public static SigningKey Generate() => new(Key.Create(SignatureAlgorithm.Ed25519, Exportable));

    /// <summary>From 32 bytes of seed.</summary>
    /// <exception cref="FormatException">Not 32 bytes.</exception>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed) => Import(seed, KeyBlobFormat.RawPrivateKey);

    /// <summary>From an unencrypted PKCS#8 PEM (<c>-----BEGIN PRIVATE KEY-----</c>).</summary>
    /// <exception cref="FormatException">Not an Ed25519 key in that form.</exception>
    public static SigningKey FromPem(string pem) =>
        Import(System.Text.Encoding.UTF8.GetBytes(pem), KeyBlobFormat.PkixPrivateKeyText);

    /// <summary>The 32 bytes of seed.</summary>
    public byte[] ToSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>Unencrypted PKCS#8 PEM.</summary>
    public string ToPem() => System.Text.Encoding.UTF8.GetString(_key.Export(KeyBlobFormat.PkixPrivateKeyText));

    /// <summary>64 bytes of signature.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static SigningKey Import(ReadOnlySpan<byte> blob, KeyBlobFormat format) =>
        Key.TryImport(SignatureAlgorithm.Ed25519, blob, format, out var key, Exportable) && key is not null
            ? new(key)
            : throw new FormatException($"Not an Ed25519 private key ({format}).");
}
