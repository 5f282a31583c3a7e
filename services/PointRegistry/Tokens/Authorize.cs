using LaiChau.PointRegistry.Accounts;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>Gives the console a code for the person before the browser, whom it sends to the sign-in page first when it does not know them.</summary>
internal static class Authorize
{
    public static async Task<IResult> Handle(
        HttpContext context,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var request = context.GetOpenIddictServerRequest()!;
        var session = await context.AuthenticateAsync(SignIn.Scheme);
        var account = Guid.TryParse(session.Principal?.GetClaim(Claims.Subject), out var id)
            ? await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct)
            : null;
        if (account?.MaySignIn(time.GetUtcNow()) == true && !request.HasPromptValue(PromptValues.Login))
        {
            return Results.SignIn(
                TokenPrincipal.Of(account, request.GetScopes()),
                null,
                OpenIddictServerAspNetCoreDefaults.AuthenticationScheme
            );
        }
        if (request.HasPromptValue(PromptValues.None))
        {
            return IssueToken.Refuse(Errors.LoginRequired, "Nobody is signed in.");
        }
        // Asked to sign in again: once, not for ever.
        var back = context.Request.Query.Where(p => p.Key != Parameters.Prompt);
        var returnUrl = QueryHelpers.AddQueryString(context.Request.PathBase + context.Request.Path, back);
        return TypedResults.LocalRedirect(QueryHelpers.AddQueryString(SignIn.Path, "returnUrl", returnUrl));
    }
}
