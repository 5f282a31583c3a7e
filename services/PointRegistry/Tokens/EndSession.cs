using LaiChau.PointRegistry.Accounts;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Server.AspNetCore;

namespace LaiChau.PointRegistry.Tokens;

internal static class EndSession
{
    public static async Task<IResult> Handle(HttpContext context)
    {
        await context.SignOutAsync(SignIn.Scheme);
        return context.GetOpenIddictServerRequest()!.PostLogoutRedirectUri is { Length: > 0 }
            ? Results.SignOut(null, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme])
            : SignOut.Done(context);
    }
}
