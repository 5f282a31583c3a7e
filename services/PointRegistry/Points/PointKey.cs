using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LaiChau.PointRegistry.Points;

/// <summary>A public key on P-256, read from a JWK that a stranger sent.</summary>
/// <param name="Jwk">The key and nothing else, its members in the order of RFC 7638.</param>
/// <param name="Thumbprint">RFC 7638, SHA-256, base64url.</param>
internal sealed record PointKey(string Jwk, string Thumbprint)
{
    private const int CoordinateBytes = 32;

    /// <summary>Null unless it is a public EC key whose point lies on P-256: a JWK, or the text of its PEM.</summary>
    public static PointKey? Parse(JsonElement jwk)
    {
        if (jwk.ValueKind == JsonValueKind.String)
        {
            return FromPem(jwk.GetString()!);
        }
        if (
            jwk.ValueKind != JsonValueKind.Object
            || Text(jwk, "kty") != "EC"
            || Text(jwk, "crv") != "P-256"
            || jwk.TryGetProperty("d", out _)
            || Coordinate(jwk, "x") is not { } x
            || Coordinate(jwk, "y") is not { } y
            || !IsOnCurve(x, y)
        )
        {
            return null;
        }
        return Of(x, y);
    }

    private static PointKey Of(byte[] x, byte[] y)
    {
        var canonical =
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""";
        return new PointKey(canonical, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical))));
    }

    private static PointKey? FromPem(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var found) || pem[found.Label] != "PUBLIC KEY")
        {
            return null;
        }
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            return null;
        }
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? Of(parameters.Q.X!, parameters.Q.Y!)
            : null;
    }

    private static bool IsOnCurve(byte[] x, byte[] y)
    {
        try
        {
            using var key = ECDsa.Create(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = x, Y = y },
                }
            );
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[]? Coordinate(JsonElement jwk, string name)
    {
        var bytes = new byte[CoordinateBytes];
        return
            Text(jwk, name) is { Length: 43 } text
            && Base64Url.IsValid(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == CoordinateBytes
            ? bytes
            : null;
    }

    private static string? Text(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
