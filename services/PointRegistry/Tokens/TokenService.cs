using LaiChau.PointRegistry.Accounts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>The platform's OpenID Connect server.</summary>
internal static class TokenService
{
    private const string AuthorizePath = "/connect/authorize";
    private const string TokenPath = "/connect/token";
    private const string EndSessionPath = "/connect/logout";
    private const string RevocationsPath = "/connect/revocations";
    private const string KeysPath = "/.well-known/jwks";

    public static void AddTokenService(this WebApplicationBuilder builder)
    {
        var options = IdentitySettings.Read(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(options);
        // Every request with all its parameters is a trace's business; refusals are logged by FinishTokenResponse.
        builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        services.AddSingleton<IdentityKeys>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(p => p.GetRequiredService<IdentityKeys>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(p =>
            p.GetRequiredService<IdentityKeys>()
        );
        services.AddHostedService(p => p.GetRequiredService<IdentityKeys>());
        services.AddSingleton<PrepareIdentity>();
        services.AddHostedService(provider => provider.GetRequiredService<PrepareIdentity>());
        services.AddHealthChecks().AddCheck<PrepareIdentity>("identity", tags: ["ready"]);
        services
            .AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<PointRegistryDb>().ReplaceDefaultEntities<Guid>();
                core.ReplaceApplicationManager<OpenIddictEntityFrameworkCoreApplication<Guid>, ClientApplications>();
            })
            .AddServer(server =>
            {
                server
                    .SetIssuer(options.Issuer)
                    .SetAuthorizationEndpointUris(AuthorizePath)
                    .SetTokenEndpointUris(TokenPath)
                    .SetEndSessionEndpointUris(EndSessionPath)
                    .SetJsonWebKeySetEndpointUris(KeysPath)
                    .AllowClientCredentialsFlow()
                    .AllowAuthorizationCodeFlow()
                    .AllowRefreshTokenFlow()
                    .RequireProofKeyForCodeExchange()
                    .RegisterScopes(Scopes.Profile, ClientApplications.Scope)
                    .RegisterClaims(Claims.Name, Claims.Role)
                    .SetAccessTokenLifetime(TimeSpan.FromMinutes(options.AccessTokenMinutes))
                    .SetRefreshTokenLifetime(TimeSpan.FromHours(options.RefreshTokenHours))
                    .DisableAccessTokenEncryption()
                    .AddHandlers(options);
                server.Configure(o => o.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain));
                // TLS ends at the gateway; IdentitySettings sees to it that the public address has it.
                server
                    .UseAspNetCore()
                    .DisableTransportSecurityRequirement()
                    .EnableAuthorizationEndpointPassthrough()
                    .EnableTokenEndpointPassthrough()
                    .EnableEndSessionEndpointPassthrough();
            });
    }

    public static void MapTokenService(this IEndpointRouteBuilder routes)
    {
        var doors = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        doors.MapPost(TokenPath, IssueToken.Handle);
        doors.MapGet(RevocationsPath, ListRevocations.Handle);
        doors.MapGet(AuthorizePath, Authorize.Handle);
        doors.MapMethods(EndSessionPath, [HttpMethods.Get, HttpMethods.Post], (Delegate)EndSession.Handle);
    }

    private static void AddHandlers(this OpenIddictServerBuilder server, IdentitySettings options)
    {
        // The request may have come by an inside address: what clients are told is the public one.
        server.AddEventHandler<HandleConfigurationRequestContext>(handler =>
            handler.UseInlineHandler(context =>
            {
                context.AuthorizationEndpoint = new Uri(options.Issuer, AuthorizePath);
                context.TokenEndpoint = new Uri(options.Issuer, TokenPath);
                context.EndSessionEndpoint = new Uri(options.Issuer, EndSessionPath);
                context.JsonWebKeySetEndpoint = new Uri(options.Issuer, KeysPath);
                return ValueTask.CompletedTask;
            })
        );
        // RFC 7523 as written: an assertion of type JWT, for the token endpoint. There is no other issuer it could be meant for.
        server.AddEventHandler<ValidateTokenContext>(handler =>
            handler
                .UseInlineHandler(context =>
                {
                    if (context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
                    {
                        context.ValidAudiences.Add(options.TokenEndpoint.AbsoluteUri);
                        context.TokenValidationParameters.ValidTypes =
                        [
                            .. context.TokenValidationParameters.ValidTypes,
                            JsonWebTokenTypes.GenericJsonWebToken,
                        ];
                        context.TokenValidationParameters.ClockSkew = ReadAssertion.ClockSkew;
                    }
                    return ValueTask.CompletedTask;
                })
                .SetOrder(Protection.ResolveTokenValidationParameters.Descriptor.Order + 500)
        );
        // OpenIddict takes every token of type JWT for an identity token. Here only a client's own key can have signed it.
        server.AddEventHandler<ValidateTokenContext>(handler =>
            handler
                .UseInlineHandler(context =>
                {
                    if (context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
                    {
                        context.Principal?.SetTokenType(TokenTypeIdentifiers.Private.ClientAssertion);
                    }
                    return ValueTask.CompletedTask;
                })
                .SetOrder(Protection.ValidateIdentityModelToken.Descriptor.Order + 500)
        );
        server.AddEventHandler<ProcessAuthenticationContext>(handler =>
            handler
                .UseSingletonHandler<ReadAssertion>()
                .SetOrder(OpenIddictServerHandlers.ValidateClientAssertion.Descriptor.Order - 500)
        );
        server.AddEventHandler<ProcessAuthenticationContext>(handler =>
            handler
                .AddFilter<OpenIddictServerHandlerFilters.RequireClientAssertionPrincipal>()
                .UseScopedHandler<SpendAssertion>()
                .SetOrder(ValidateClientAssertionIssuer.Descriptor.Order + 500)
        );
        // Access tokens are checked by their signature alone; a row for each would be a write for each point and quarter of an hour.
        server.AddEventHandler<GenerateTokenContext>(handler =>
            handler
                .UseInlineHandler(context =>
                {
                    context.CreateTokenEntry &= context.TokenType != TokenTypeIdentifiers.AccessToken;
                    return ValueTask.CompletedTask;
                })
                .SetOrder(Protection.CreateTokenEntry.Descriptor.Order - 500)
        );
        server.AddEventHandler<ApplyTokenResponseContext>(handler =>
            handler.UseSingletonHandler<FinishTokenResponse>().SetOrder(int.MinValue + 1)
        );
    }
}
