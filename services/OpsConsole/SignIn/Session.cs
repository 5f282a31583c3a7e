using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace LaiChau.OpsConsole.SignIn;

/// <summary>What the cookie holds: who it is (as the access token says), a random id for the visit count, the tokens.</summary>
internal static class Session
{
    public const string Visitor = "visitor";
    public const string Place = "place";

    public static ClaimsPrincipal Principal(string accessToken, string visitor)
    {
        // Straight from the token endpoint; every API validates it again. The console only chooses its buttons by it.
        var token = new JsonWebToken(accessToken);
        var claims = token
            .Claims.Where(c => c.Type is "sub" or "name" or "role" or Place)
            .Append(new Claim(Visitor, visitor));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, ConsoleSignIn.OpenId, "name", "role"));
    }

    public static IEnumerable<AuthenticationToken> Tokens(
        OpenIdConnectMessage answer,
        string? refreshToken,
        TimeProvider clock
    )
    {
        var seconds = int.TryParse(answer.ExpiresIn, CultureInfo.InvariantCulture, out var said) ? said : 300;
        yield return Token("access_token", answer.AccessToken);
        yield return Token(
            "expires_at",
            clock.GetUtcNow().AddSeconds(seconds).ToString("O", CultureInfo.InvariantCulture)
        );
        if (refreshToken is not null)
        {
            yield return Token("refresh_token", refreshToken);
        }
    }

    private static AuthenticationToken Token(string name, string value) => new() { Name = name, Value = value };
}
