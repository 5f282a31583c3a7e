using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Identity;

/// <summary>
/// The point's own ECDSA P-256 key. It is made here, never leaves the point, and is on the disk before enrolment is tried:
/// an enrolment whose answer was lost is tried again with the same key.
/// </summary>
internal sealed class PointKey : IDisposable
{
    private readonly ECDsa _key;

    private PointKey(ECDsa key) => _key = key;

    public static PointKey OpenOrMake(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "identity");
        var path = Path.Combine(folder, "key.pk8");
        if (File.Exists(path))
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(File.ReadAllBytes(path), out _);
            return new PointKey(key);
        }
        Durable.MakeFolder(folder, secret: true);
        var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Durable.Write(path, made.ExportPkcs8PrivateKey(), secret: true);
        return new PointKey(made);
    }

    public PublicKey PublicKey
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return new PublicKey("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        }
    }

    /// <summary>ES256 as JOSE wants it: r and s side by side.</summary>
    private byte[] Sign(ReadOnlySpan<byte> data) =>
        _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>A JWS in compact serialisation (RFC 7515).</summary>
    /// <param name="header">JSON; its <c>alg</c> is ES256.</param>
    /// <param name="payload">What is signed.</param>
    public string SignJws(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var unsigned = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{unsigned}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(unsigned)))}";
    }

    public void Dispose() => _key.Dispose();
}

/// <summary>A JWK (RFC 7517) of an elliptic-curve public key.</summary>
internal sealed record PublicKey(string Kty, string Crv, string X, string Y);
