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
    /// <param name="clock">How far the machine's clock is off.</param>
    public string Assertion(
        string audience,
        string type = "JWT",
        string? jti = null,
        TimeSpan? life = null,
        Guid? issuer = null,
        TimeSpan clock = default
    )
    {
        var unsigned = Unsigned("ES256", audience, type, jti, life, issuer, clock);
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(unsigned),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"{unsigned}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>As whoever has no private key would make one: signed with nothing.</summary>
    public string UnsignedAssertion(string audience) => $"{Unsigned("none", audience)}.";

    /// <summary>As whoever knows the public key would make one: with the key's text as a shared secret.</summary>
    public string AssertionUnderPublicKey(string audience)
    {
        var unsigned = Unsigned("HS256", audience);
        var secret = Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem());
        return $"{unsigned}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(unsigned)))}";
    }

    private string Unsigned(
        string algorithm,
        string audience,
        string type = "JWT",
        string? jti = null,
        TimeSpan? life = null,
        Guid? issuer = null,
        TimeSpan clock = default
    )
    {
        var now = TimeProvider.System.GetUtcNow() + clock;
        var header = JsonSerializer.Serialize(new { alg = algorithm, typ = type });
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
        return $"{Encode(header)}.{Encode(claims)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
