using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace LaiChau.OpsConsole.SignIn;

/// <summary>Trades the refresh token for a new access token before the old one runs out; roles follow the new token.</summary>
internal sealed class RefreshAccessToken(
    IOptionsMonitor<OpenIdConnectOptions> openId,
    TimeProvider clock,
    ILogger<RefreshAccessToken> log
) : CookieAuthenticationEvents
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        // After signing in the browser comes back by GET: to a page, not to the target of a form.
        context.Response.Redirect(
            HttpMethods.IsGet(context.Request.Method) ? context.RedirectUri : ConsoleRoutes.SignIn
        );
        return Task.CompletedTask;
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var expires = context.Properties.GetTokenValue("expires_at");
        if (
            !DateTimeOffset.TryParse(expires, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            || context.Properties.GetTokenValue("refresh_token") is not { } refreshToken
        )
        {
            if (at <= clock.GetUtcNow())
            {
                context.RejectPrincipal();
            }
            return;
        }
        if (at - clock.GetUtcNow() > Margin)
        {
            return;
        }
        var answer = await Refresh(refreshToken, context.HttpContext.RequestAborted);
        if (answer is { AccessToken.Length: > 0 })
        {
            var visitor = context.Principal!.FindFirstValue(Session.Visitor)!;
            context.ReplacePrincipal(Session.Principal(answer.AccessToken, visitor));
            context.Properties.StoreTokens(Session.Tokens(answer, answer.RefreshToken ?? refreshToken, clock));
            context.ShouldRenew = true;
        }
        else if (answer is not null)
        {
            log.LogInformation("The token service ended a session: {Error}", answer.Error);
            context.RejectPrincipal();
        }
        // No answer at all: the session stays, and the API's refusal tells the user what still works.
    }

    private async Task<OpenIdConnectMessage?> Refresh(string refreshToken, CancellationToken cancellation)
    {
        var options = openId.Get(ConsoleSignIn.OpenId);
        try
        {
            var metadata = await options.ConfigurationManager!.GetConfigurationAsync(cancellation);
            using var form = new FormUrlEncodedContent([
                new("grant_type", "refresh_token"),
                new("client_id", options.ClientId!),
                new("refresh_token", refreshToken),
            ]);
            using var response = await options.Backchannel.PostAsync(metadata.TokenEndpoint, form, cancellation);
            if (!response.IsSuccessStatusCode && (int)response.StatusCode is not (400 or 401))
            {
                log.LogWarning("The token service answered {Status}", (int)response.StatusCode);
                return null;
            }
            return new OpenIdConnectMessage(await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (Exception fault)
            when (fault
                    is HttpRequestException
                        or InvalidOperationException
                        or ArgumentException
                        or TaskCanceledException
            )
        {
            log.LogWarning(fault, "The token service gave no usable answer");
            return null;
        }
    }
}
