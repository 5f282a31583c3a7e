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
            var subject = Guid.Parse(proof.Principal!.GetClaim(Claims.Subject)!);
            var signedIn = await db.Accounts.SingleOrDefaultAsync(a => a.Id == subject, ct);
            return signedIn?.MaySignIn(time.GetUtcNow()) == true
                ? Results.SignIn(TokenPrincipal.Of(signedIn, proof.Principal!.GetScopes()), null, Scheme)
                : Refuse(Errors.InvalidGrant, "The account is disabled or has expired.");
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
        return Results.SignIn(TokenPrincipal.Of(account, request.GetScopes()), null, Scheme);
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
