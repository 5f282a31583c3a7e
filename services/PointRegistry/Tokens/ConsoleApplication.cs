using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>The ops console: a public client with authorization code and PKCE.</summary>
internal static class ConsoleApplication
{
    public const string ClientId = "console";

    public static async Task Register(
        IOpenIddictApplicationManager applications,
        IdentitySettings options,
        CancellationToken ct
    )
    {
        var description = new OpenIddictApplicationDescriptor
        {
            ClientId = ClientId,
            ClientType = ClientTypes.Public,
            ConsentType = ConsentTypes.Implicit,
            DisplayName = "Bảng điều hành",
            Permissions =
            {
                Permissions.Endpoints.Authorization,
                Permissions.Endpoints.Token,
                Permissions.Endpoints.EndSession,
                Permissions.GrantTypes.AuthorizationCode,
                Permissions.GrantTypes.RefreshToken,
                Permissions.ResponseTypes.Code,
                Permissions.Scopes.Profile,
                Permissions.Prefixes.Scope + ClientApplications.Scope,
            },
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
        };
        description.RedirectUris.UnionWith(options.ConsoleRedirectUris);
        description.PostLogoutRedirectUris.UnionWith(
            options.ConsoleSignedOutUris is { Length: > 0 } uris
                ? uris
                : options.ConsoleRedirectUris.Select(uri => new Uri(uri, "signout-callback-oidc"))
        );
        if (await applications.FindByClientIdAsync(ClientId, ct) is { } console)
        {
            await applications.UpdateAsync(console, description, ct);
        }
        else
        {
            await applications.CreateAsync(description, ct);
        }
    }
}
