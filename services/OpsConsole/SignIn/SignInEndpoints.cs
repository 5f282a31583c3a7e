using LaiChau.OpsConsole.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace LaiChau.OpsConsole.SignIn;

internal static class SignInEndpoints
{
    public static void MapSignIn(this RouteGroupBuilder console)
    {
        console.MapGet("/dang-nhap", SignIn).AllowAnonymous();
        console.MapGet("/khong-dang-nhap-duoc", () => Show.Page<SignInFailedPage>()).AllowAnonymous();
        console.MapGet("/da-dang-xuat", () => Show.Page<SignedOutPage>()).AllowAnonymous();
        console.MapPost("/dang-xuat", SignOut);
    }

    private static async Task<IResult> SignIn(HttpContext context, string? ve, ILogger<RefreshAccessToken> log)
    {
        try
        {
            await context.ChallengeAsync(
                ConsoleSignIn.OpenId,
                new AuthenticationProperties { RedirectUri = ConsoleRoutes.IsOurs(ve) ? ve : ConsoleRoutes.Root }
            );
            return Results.Empty;
        }
        catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or IOException)
        {
            log.LogWarning(fault, "The token service cannot be reached");
            return Show.Page<SignInFailedPage>(status: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> SignOut(HttpContext context, IOptionsMonitor<OpenIdConnectOptions> openId)
    {
        await context.SignOutAsync(ConsoleSignIn.Cookie);
        try
        {
            var metadata = await openId
                .Get(ConsoleSignIn.OpenId)
                .ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
            if (metadata.EndSessionEndpoint is { Length: > 0 })
            {
                await context.SignOutAsync(ConsoleSignIn.OpenId);
                return Results.Empty;
            }
        }
        catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or IOException)
        {
            // The token service is away; the console's own session is over all the same.
        }
        return Results.Redirect(ConsoleRoutes.SignedOut);
    }
}
