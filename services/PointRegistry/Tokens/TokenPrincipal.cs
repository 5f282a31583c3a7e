using System.Collections.Immutable;
using System.Security.Claims;
using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Identity;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>What a token says: who, by which name, in which roles, for this platform.</summary>
internal static class TokenPrincipal
{
    /// <summary>Claim of codes and refresh tokens, not of what services see: the person showed a second factor.</summary>
    public const string SecondFactor = "second_factor";

    public static ClaimsPrincipal Of(Account account, ImmutableArray<string> scopes, bool withSecondFactor = false)
    {
        var principal = Build(account.Id, account.Name, [.. account.Roles], scopes, PlacesOf(account));
        return withSecondFactor ? principal.SetClaim(SecondFactor, "true") : principal;
    }

    public static ClaimsPrincipal Of(Point point, ImmutableArray<string> scopes, TimeSpan life) =>
        Build(point.Id, null, [Roles.Point], scopes, []).SetAccessTokenLifetime(life);

    private static ImmutableArray<string> PlacesOf(Account account) =>
        account.UnitCode is { } unit && account.PointId is { } both ? [Place.OfUnit(unit), Place.OfPoint(both)]
        : account.UnitCode is { } code ? [Place.OfUnit(code)]
        : account.PointId is { } point ? [Place.OfPoint(point)]
        : [];

    private static ClaimsPrincipal Build(
        Guid id,
        string? name,
        ImmutableArray<string> roles,
        ImmutableArray<string> scopes,
        ImmutableArray<string> places
    )
    {
        var identity = new ClaimsIdentity("laichau", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, id.ToString()).SetClaim(Claims.Name, name).SetClaims(Claims.Role, roles);
        identity.SetClaims(Place.Claim, places);
        identity.SetScopes(scopes);
        identity.SetResources(PlatformAuthentication.Audience);
        identity.SetDestinations(claim =>
            claim.Type == Claims.Name
                ? [Destinations.AccessToken, Destinations.IdentityToken]
                : [Destinations.AccessToken]
        );
        return new ClaimsPrincipal(identity);
    }
}
