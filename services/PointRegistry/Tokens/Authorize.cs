using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Accounts.Rules;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>Gives the console a code for the person before the browser, whom it sends to the sign-in page first when it does not know them.</summary>
internal static class Authorize
{
    public static async Task<IResult> Handle(
        HttpContext context,
        SignedInAccount signedIn,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var request = context.GetOpenIddictServerRequest()!;
        if (await signedIn.Find(context, ct) is { } account && !request.HasPromptValue(PromptValues.Login))
        {
            if (await RulesInForce.Awaited(db, account.Id, time, ct) is not null)
            {
                return request.HasPromptValue(PromptValues.None)
                    ? IssueToken.Refuse(Errors.InteractionRequired, "The rules in force are not accepted yet.")
                    : ShowRules.GoFirst(
                        context,
                        QueryHelpers.AddQueryString(context.Request.Path, context.Request.Query)
                    );
            }
            return Results.SignIn(
                TokenPrincipal.Of(account, request.GetScopes(), signedIn.WithSecondFactor),
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
        return SignIn.GoFirst(context, QueryHelpers.AddQueryString(context.Request.Path, back));
    }
}
