using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LaiChau.Testing;

/// <summary>Access tokens as the platform's token service issues them, signed by a key made for this run.</summary>
public static class TestTokens
{
    public const string Issuer = "https://test-issuer";
    public const string Audience = "laichau";

    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    /// <summary>What a service must be given to trust these tokens.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } =
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Auth:Issuer"] = Issuer,
            ["Auth:Audience"] = Audience,
            ["Auth:SigningKeys"] = PublicKeys(),
        };

    public static string Create(Guid subject, string name, params string[] roles) =>
        Create(subject, name, roles, TimeSpan.FromHours(1));

    /// <summary>A token valid for <paramref name="lifetime"/>; negative for one that has expired.</summary>
    public static string Create(
        Guid subject,
        string name,
        IEnumerable<string> roles,
        TimeSpan lifetime,
        params string[] places
    )
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var expires = now + lifetime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = "at+jwt",
                Issuer = Issuer,
                Audience = Audience,
                IssuedAt = expires.AddHours(-1) < now ? expires.AddHours(-1) : now,
                NotBefore = expires.AddHours(-1) < now ? expires.AddHours(-1) : now,
                Expires = expires,
                Subject = new ClaimsIdentity([
                    new Claim("sub", subject.ToString()),
                    new Claim("name", name),
                    .. roles.Select(role => new Claim("role", role)),
                    .. places.Select(place => new Claim("place", place)),
                ]),
                SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
            }
        );
    }

    private static string PublicKeys()
    {
        var point = Key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        var key = new
        {
            kty = "EC",
            crv = "P-256",
            kid = Key.KeyId,
            alg = "ES256",
            use = "sig",
            x = Base64UrlEncoder.Encode(point.X),
            y = Base64UrlEncoder.Encode(point.Y),
        };
        return JsonSerializer.Serialize(new { keys = new[] { key } });
    }
}
