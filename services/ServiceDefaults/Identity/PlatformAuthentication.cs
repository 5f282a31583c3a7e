using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LaiChau.ServiceDefaults.Identity;

public static class PlatformAuthentication
{
    public const string Audience = "laichau";

    /// <summary>
    /// Validates access tokens. Settings: <c>Auth:Issuer</c> (what tokens must say), <c>Auth:KeysAddress</c> (where its JWKS is, when the
    /// issuer's public address is not the way from here), or <c>Auth:SigningKeys</c> (a JWKS written out, for a place without the token service);
    /// <c>Auth:External:*</c> for another provider beside it.
    /// </summary>
    public static void AddPlatformAuthentication(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Auth");
        var issuer = settings["Issuer"] ?? throw new InvalidOperationException("The setting Auth:Issuer is missing.");
        var authentication = builder
            .Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(options =>
            {
                options.MapInboundClaims = false;
                options.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidIssuers = [issuer, issuer.TrimEnd('/'), issuer.TrimEnd('/') + "/"],
                    ValidAudience = settings["Audience"] ?? Audience,
                    ValidTypes = ["at+jwt"],
                    NameClaimType = "name",
                    RoleClaimType = "role",
                    ClockSkew = TimeSpan.FromSeconds(30),
                };
                if (settings["SigningKeys"] is { Length: > 0 } keys)
                {
                    options.TokenValidationParameters.IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys();
                }
                else
                {
                    options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                        settings["KeysAddress"] ?? issuer.TrimEnd('/') + "/.well-known/jwks",
                        new KeySetRetriever(),
                        new HttpDocumentRetriever { RequireHttps = false }
                    )
                    {
                        // A token service that starts after this one must not leave it blind for minutes.
                        RefreshInterval = TimeSpan.FromSeconds(5),
                    };
                }
            });
        ExternalIssuer.Read(settings)?.AddTo(authentication);
        builder.Services.AddAuthorizationBuilder();
        builder.Services.AddAuthorization(Policies.Configure);
    }

    /// <summary>The account or the point that speaks.</summary>
    public static Guid AccountId(this ClaimsPrincipal user) =>
        Guid.Parse(user.FindFirstValue("sub") ?? throw new InvalidOperationException("The token names nobody."));

    /// <summary>Over what the user has the power of a policy.</summary>
    public static Place PlaceFor(this ClaimsPrincipal user, string policy) => Place.Of(user, policy);

    public static string AccountName(this ClaimsPrincipal user) =>
        user.FindFirstValue("name") ?? user.FindFirstValue("sub")!;

    /// <summary>Reads the keys alone: the discovery document names public addresses that may lead nowhere inside a cluster.</summary>
    private sealed class KeySetRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
            string address,
            IDocumentRetriever retriever,
            CancellationToken cancel
        )
        {
            var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
            var configuration = new OpenIdConnectConfiguration { JsonWebKeySet = keys };
            foreach (var key in keys.GetSigningKeys())
            {
                configuration.SigningKeys.Add(key);
            }
            return configuration;
        }
    }
}
