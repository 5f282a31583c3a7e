using System.Globalization;
using System.Security.Claims;
using LaiChau.PointRegistry.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>Whose browser this is, by its cookie; nobody's when the account may no longer sign in, was signed out everywhere, or needs a second factor that was not asked for.</summary>
internal sealed class SignedInAccount(PointRegistryDb db, IdentitySettings settings, TimeProvider time)
{
    /// <summary>Claim of the cookie: when, in milliseconds.</summary>
    public const string At = "at";

    public bool WithSecondFactor { get; private set; }

    public async Task<Account?> Find(HttpContext context, CancellationToken ct)
    {
        var session = await context.AuthenticateAsync(SignIn.Scheme);
        if (
            !Guid.TryParse(session.Principal?.FindFirstValue("sub"), out var id)
            || !long.TryParse(session.Principal.FindFirstValue(At), CultureInfo.InvariantCulture, out var at)
            || await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct) is not { } account
        )
        {
            return null;
        }
        WithSecondFactor = session.Principal.HasClaim(TokenPrincipal.SecondFactor, "true");
        var maySignIn =
            account.MaySignIn(time.GetUtcNow())
            && (account.SignedOutAt is null || account.SignedOutAt < DateTimeOffset.FromUnixTimeMilliseconds(at))
            && (WithSecondFactor || !account.NeedsSecondFactor(settings.SecondFactor));
        if (!maySignIn)
        {
            return null;
        }
        // Who acts on these pages, for the audit trail.
        context.User = new ClaimsPrincipal(
            new ClaimsIdentity(
                [new("sub", account.Id.ToString()), .. account.Roles.Select(role => new Claim("role", role))],
                SignIn.Scheme,
                "sub",
                "role"
            )
        );
        return account;
    }
}
