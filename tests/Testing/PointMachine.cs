using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LaiChau.Testing;

/// <summary>A point's machine with a key of its own, as the agent is one.</summary>
public sealed class PointMachine(Guid point)
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Guid Point { get; } = point;

    public object PublicKey
    {
        get
        {
            var q = key.ExportParameters(false).Q;
            return new
            {
                kty = "EC",
                crv = "P-256",
                x = Base64Url.EncodeToString(q.X),
                y = Base64Url.EncodeToString(q.Y),
            };
        }
    }

    /// <summary>RFC 7523.</summary>
    public string Assertion(
        string audience,
        string type = "JWT",
        string? jti = null,
        TimeSpan? life = null,
        Guid? issuer = null
    )
    {
        var now = TimeProvider.System.GetUtcNow();
        var header = JsonSerializer.Serialize(new { alg = "ES256", typ = type });
        var claims = JsonSerializer.Serialize(
            new
            {
                iss = issuer ?? Point,
                sub = issuer ?? Point,
                aud = audience,
                jti = jti ?? Guid.CreateVersion7().ToString("N"),
                iat = now.ToUnixTimeSeconds(),
                exp = (now + (life ?? TimeSpan.FromMinutes(5))).ToUnixTimeSeconds(),
            }
        );
        var unsigned = $"{Encode(header)}.{Encode(claims)}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(unsigned),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"{unsigned}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
