using System.Security.Cryptography;
using System.Text;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>A signed assertion that a point has spent: whoever overhears it cannot spend it again.</summary>
[NotAudited("it forgets within minutes")]
internal sealed class UsedAssertion
{
    /// <summary>Hash of issuer and <c>jti</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Unix seconds after which the assertion has expired anyway.</summary>
    public required long ForgetAt { get; init; }

    public static void Map(EntityTypeBuilder<UsedAssertion> assertion)
    {
        assertion.ToTable("used_assertions");
        assertion.HasKey(a => a.Key);
        assertion.HasIndex(a => a.ForgetAt);
    }
}

/// <summary>Takes an assertion (RFC 7523) once.</summary>
internal sealed class SpendAssertion(PointRegistryDb db, TimeProvider time)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        var assertion = context.ClientAssertionPrincipal!;
        if (assertion.GetClaim(Claims.JwtId) is not { Length: > 0 and <= 200 } jti)
        {
            context.Reject(Errors.InvalidClient, "The assertion carries no jti.");
            return;
        }
        var name = $"{assertion.GetClaim(Claims.Issuer)}\n{jti}";
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var forgetAt = time.GetUtcNow() + ReadAssertion.LongestLife + ReadAssertion.ClockSkew + ReadAssertion.ClockSkew;
        var fresh = await db.Database.ExecuteSqlAsync(
            $"INSERT INTO used_assertions (key, forget_at) VALUES ({key}, {forgetAt.ToUnixTimeSeconds()}) ON CONFLICT (key) DO NOTHING",
            context.CancellationToken
        );
        if (fresh == 0)
        {
            context.Reject(Errors.InvalidClient, "The assertion was used before.");
        }
    }
}
