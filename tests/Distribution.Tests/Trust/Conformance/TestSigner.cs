using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust.Conformance;

/// <summary>A key of any kind that the specification names, and what it signs.</summary>
internal sealed record TestSigner(TufKey Key, Func<byte[], byte[]> Sign)
{
    public string Id => Key.KeyId;

    public static TestSigner New(string keyType = "ecdsa", string scheme = "ecdsa-sha2-nistp256")
    {
        switch (scheme)
        {
            case "ecdsa-sha2-nistp256":
                var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                return new(
                    TufKey.Create(keyType, scheme, ecdsa.ExportSubjectPublicKeyInfoPem()),
                    m => ecdsa.SignData(m, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                );
            case "ed25519":
                var ed25519 = SigningKey.Generate();
                return new(ed25519.Public, m => ed25519.Sign(m));
            default:
                var rsa = RSA.Create(2048);
                var padding = scheme == "rsassa-pss-sha256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
                return new(
                    TufKey.Create(keyType, scheme, rsa.ExportSubjectPublicKeyInfoPem()),
                    m => rsa.SignData(m, HashAlgorithmName.SHA256, padding)
                );
        }
    }

    public JsonObject KeyNode() => Key.ToNode();
}
