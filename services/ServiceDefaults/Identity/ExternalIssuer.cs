using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LaiChau.ServiceDefaults.Identity;

/// <summary>
/// Settings <c>Auth:External:*</c>: another OpenID Connect provider whose people work here, beside the platform's own token service. What its tokens say
/// counts only by the map: a value of one claim gives a role, over a place where the role needs one. Each issuer's keys vouch for its own tokens alone.
/// </summary>
internal sealed record ExternalIssuer
{
    private const string Scheme = "external";

    /// <summary>What its tokens name, letter by letter.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>What its tokens must be meant for.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Its discovery document, when that is not below the issuer's address.</summary>
    public string? MetadataAddress { get; init; }
    public string RoleClaim { get; init; } = "roles";
    public ExternalRole[] Map { get; init; } = [];

    /// <summary>Null when there is none.</summary>
    public static ExternalIssuer? Read(IConfiguration auth)
    {
        if (
            auth["External:Issuer"] is not { Length: > 0 }
            || auth.GetSection("External").Get<ExternalIssuer>() is not { } read
        )
        {
            return null;
        }
        if (read.Audience.Length == 0 || read.Map.Length == 0)
        {
            throw new InvalidOperationException(
                "Auth:External:Issuer needs Auth:External:Audience and Auth:External:Map."
            );
        }
        if (read.Issuer.TrimEnd('/') == auth["Issuer"]?.TrimEnd('/'))
        {
            throw new InvalidOperationException("Auth:External:Issuer is the platform's own issuer.");
        }
        foreach (var entry in read.Map)
        {
            entry.Check();
        }
        return read;
    }

    public void AddTo(AuthenticationBuilder authentication)
    {
        authentication.AddJwtBearer(Scheme, Configure);
        authentication.Services.Configure<JwtBearerOptions>(
            JwtBearerDefaults.AuthenticationScheme,
            own => own.ForwardDefaultSelector = context => IsTheirs(context.Request) ? Scheme : null
        );
    }

    private void Configure(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.MetadataAddress = MetadataAddress ?? Issuer.TrimEnd('/') + "/.well-known/openid-configuration";
        options.RequireHttpsMetadata = !new Uri(options.MetadataAddress).IsLoopback && MetadataAddress is null;
        // Read when the first of its tokens comes, and again when one names a key that is not known: an issuer that is away holds up nothing but its own
        // people.
        options.RefreshInterval = TimeSpan.FromSeconds(5);
        options.AutomaticRefreshInterval = TimeSpan.FromMinutes(10);
        options.BackchannelTimeout = TimeSpan.FromSeconds(5);
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidTypes = ["at+jwt", "JWT"],
            NameClaimType = "name",
            RoleClaimType = "role",
            ClockSkew = TimeSpan.FromSeconds(30),
        };
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                context.Principal = Translate(context.Principal!);
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Whose business a token is, by what it says itself; the keys of that issuer alone decide whether it is true.</summary>
    private bool IsTheirs(HttpRequest request)
    {
        const string bearer = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        try
        {
            return new JsonWebToken(header[bearer.Length..].Trim()).Issuer == Issuer;
        }
        catch (Exception wrong) when (wrong is ArgumentException or SecurityTokenMalformedException)
        {
            return false;
        }
    }

    /// <summary>Nothing of theirs stays but the name: not a role, nor a place, that the map does not give.</summary>
    private ClaimsPrincipal Translate(ClaimsPrincipal theirs)
    {
        var subject =
            theirs.FindFirstValue("sub") ?? throw new SecurityTokenValidationException("The token names nobody.");
        var values = theirs.FindAll(RoleClaim).Select(c => c.Value).ToHashSet(StringComparer.Ordinal);
        var given = Map.Where(m => values.Contains(m.Value)).ToList();
        var name = theirs.FindFirstValue("name") ?? theirs.FindFirstValue("preferred_username") ?? subject;
        var claims = new List<Claim> { new("sub", IdOf(subject).ToString()), new("name", name) };
        claims.AddRange(given.Select(m => m.Role).Distinct().Select(role => new Claim("role", role)));
        claims.AddRange(
            given.Select(m => m.Place).OfType<string>().Distinct().Select(place => new Claim(Place.Claim, place))
        );
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme, "name", "role"));
    }

    /// <summary>The same person, the same id, as accounts have one (UUID version 8): providers call people what they like.</summary>
    private Guid IdOf(string subject)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{Issuer}\n{subject}")).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <param name="Value">Of the role claim.</param>
/// <param name="Role">One of <see cref="Roles.OfAccounts"/>; never a point's.</param>
/// <param name="Place"><c>unit:03390</c> with the role commune, <c>point:{id}</c> with manager and officer; else none.</param>
internal sealed record ExternalRole(string Value, string Role, string? Place = null)
{
    public void Check()
    {
        var isRight =
            Roles.OfAccounts.Contains(Role)
            && Role switch
            {
                Roles.Commune => Place?.StartsWith("unit:", StringComparison.Ordinal) == true,
                Roles.Manager or Roles.Officer => Place?.StartsWith("point:", StringComparison.Ordinal) == true
                    && Guid.TryParse(Place.AsSpan("point:".Length), out _),
                _ => Place is null,
            };
        if (!isRight)
        {
            throw new InvalidOperationException(
                $"Auth:External:Map: «{Value}» cannot give the role «{Role}» over «{Place}»: commune needs unit:CODE, manager and officer point:ID, others no place."
            );
        }
    }
}
