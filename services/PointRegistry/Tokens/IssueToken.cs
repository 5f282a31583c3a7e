using LaiChau.PointRegistry.Accounts.Rules;
using LaiChau.PointRegistry.Points;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>Who asked has proved who they are (password, signed assertion, code or refresh token): here it is decided whether they still may.</summary>
internal static class IssueToken
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static async Task<IResult> Handle(
        HttpContext context,
        PointRegistryDb db,
        IdentitySettings settings,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var request = context.GetOpenIddictServerRequest()!;
        if (!request.IsClientCredentialsGrantType())
        {
            var proof = await context.AuthenticateAsync(Scheme);
            var shown = proof.Principal!;
            var subject = Guid.Parse(shown.GetClaim(Claims.Subject)!);
            var withSecondFactor = shown.HasClaim(TokenPrincipal.SecondFactor, "true");
            var signedIn = await db.Accounts.SingleOrDefaultAsync(a => a.Id == subject, ct);
            return signedIn?.MaySignIn(time.GetUtcNow()) != true
                    ? Refuse(Errors.InvalidGrant, "The account is disabled or has expired.")
                // Moments in tokens are whole seconds: what is from the same second is void too.
                : signedIn.SignedOutAt?.ToUnixTimeSeconds() >= shown.GetCreationDate()?.ToUnixTimeSeconds()
                    ? Refuse(Errors.InvalidGrant, "The account was signed out everywhere: sign in again.")
                : signedIn.NeedsSecondFactor(settings.SecondFactor) && !withSecondFactor
                    ? Refuse(Errors.InvalidGrant, "The account needs a second factor: sign in again.")
                // A session from before the rules began.
                : await RulesInForce.Awaited(db, subject, time, ct) is not null
                    ? Refuse(Errors.InvalidGrant, "The rules in force are not accepted yet: sign in again.")
                : Results.SignIn(TokenPrincipal.Of(signedIn, shown.GetScopes(), withSecondFactor), null, Scheme);
        }
        if (Guid.TryParse(request.ClientId, out var pointId))
        {
            var point = await db.Points.SingleAsync(p => p.Id == pointId, ct);
            return point.State is PointState.Active
                ? Results.SignIn(
                    TokenPrincipal.Of(point, request.GetScopes(), TimeSpan.FromMinutes(settings.PointTokenMinutes)),
                    null,
                    Scheme
                )
                : Refuse(Errors.UnauthorizedClient, $"The point is {point.State.ToString().ToLowerInvariant()}.");
        }
        var userName = Accounts.Account.Normalize(request.ClientId!);
        var account = await db.Accounts.SingleAsync(a => a.UserName == userName, ct);
        return !account.MaySignIn(time.GetUtcNow())
                ? Refuse(Errors.UnauthorizedClient, "The account is disabled or has expired.")
            // A key is something its owner has; a password is not.
            : request.ClientAssertion is null && account.NeedsSecondFactor(settings.SecondFactor)
                ? Refuse(
                    Errors.UnauthorizedClient,
                    "This account needs a second factor: its password alone gives no token. Sign in at the console, or with a key (lcp keys account, LCP_KEY_FILE)."
                )
            : await RulesInForce.HoldTokens(db, account.Id, settings, time, ct)
                ? Refuse(
                    Errors.UnauthorizedClient,
                    $"The rules in force are not accepted for this account yet: accept them at {new Uri(settings.Issuer, ShowRules.Path)}"
                )
            : Results.SignIn(TokenPrincipal.Of(account, request.GetScopes()), null, Scheme);
    }

    public static IResult Refuse(string error, string description) =>
        Results.Forbid(
            new AuthenticationProperties(
                new Dictionary<string, string?>
                {
                    [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
                    [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
                }
            ),
            [Scheme]
        );
}
