using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace LaiChau.OpsConsole.SignIn;

/// <summary>Sign-in by authorization code with PKCE; the tokens stay on the server side of an encrypted cookie.</summary>
internal static class ConsoleSignIn
{
    public const string Cookie = "console";
    public const string OpenId = "console-openid";

    /// <summary>Everybody who has an account, read from the console's own cookie whatever else the process accepts.</summary>
    public static readonly AuthorizationPolicy SignedIn = new AuthorizationPolicyBuilder(Cookie)
        .RequireAuthenticatedUser()
        .Build();

    public static void AddConsoleSignIn(this IServiceCollection services, ConsoleOptions settings)
    {
        services.AddSingleton<RefreshAccessToken>();
        services
            .AddAuthentication()
            .AddCookie(
                Cookie,
                options =>
                {
                    options.Cookie.Name = "laichau-console";
                    options.Cookie.Path = ConsoleRoutes.Root;
                    options.Cookie.SameSite = SameSiteMode.Lax;
                    options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                    options.ExpireTimeSpan = TimeSpan.FromHours(12);
                    options.LoginPath = ConsoleRoutes.SignIn;
                    options.ReturnUrlParameter = "ve";
                    options.EventsType = typeof(RefreshAccessToken);
                }
            )
            .AddOpenIdConnect(OpenId, options => Configure(options, settings));
    }

    private static void Configure(OpenIdConnectOptions options, ConsoleOptions settings)
    {
        options.SignInScheme = Cookie;
        options.SignOutScheme = Cookie;
        options.Authority = settings.Authority.ToString();
        options.MetadataAddress = settings.MetadataAddress?.ToString();
        options.RequireHttpsMetadata =
            settings.Authority.Scheme == Uri.UriSchemeHttps && settings.MetadataAddress is null;
        options.ClientId = "console";
        options.ResponseType = OpenIdConnectResponseType.Code;
        // The answer comes by redirect, so the cookies of the exchange may stay Lax and work without https in an office network.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        options.CallbackPath = ConsoleRoutes.Root + "/signin-oidc";
        options.SignedOutCallbackPath = ConsoleRoutes.Root + "/signout-callback-oidc";
        options.RemoteSignOutPath = ConsoleRoutes.Root + "/signout-oidc";
        options.SignedOutRedirectUri = ConsoleRoutes.SignedOut;
        options.AccessDeniedPath = ConsoleRoutes.SignInFailed;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.Scope.Clear();
        foreach (var scope in (string[])["openid", "profile", "offline_access", "laichau"])
        {
            options.Scope.Add(scope);
        }
        if (settings.MetadataAddress is { } inside)
        {
            options.BackchannelHttpHandler = new InsideAddresses(settings.Authority, inside);
        }
        options.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = context =>
            {
                context.ProtocolMessage.IssuerAddress = ForBrowser(context.ProtocolMessage.IssuerAddress, settings);
                return Task.CompletedTask;
            },
            OnRedirectToIdentityProviderForSignOut = context =>
            {
                context.ProtocolMessage.IssuerAddress = ForBrowser(context.ProtocolMessage.IssuerAddress, settings);
                context.ProtocolMessage.ClientId = options.ClientId;
                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                var answer = context.TokenEndpointResponse!;
                var clock = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
                context.Principal = Session.Principal(answer.AccessToken, Guid.CreateVersion7().ToString());
                context.Properties!.StoreTokens(Session.Tokens(answer, answer.RefreshToken, clock));
                return Task.CompletedTask;
            },
            OnRemoteFailure = context =>
            {
                context
                    .HttpContext.RequestServices.GetRequiredService<ILoggerFactory>()
                    .CreateLogger(typeof(ConsoleSignIn))
                    .LogWarning(context.Failure, "Sign-in did not come to its end");
                context.HandleResponse();
                context.Response.Redirect(ConsoleRoutes.SignInFailed);
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Metadata read from inside may name inside addresses; the browser needs the public ones.</summary>
    private static string ForBrowser(string address, ConsoleOptions settings) =>
        settings.MetadataAddress is null
            ? address
            : InsideAddresses.Move(new Uri(address), settings.Authority).ToString();
}
