namespace LaiChau.PointRegistry.Tokens;

/// <summary>Settings <c>Identity:*</c>.</summary>
internal sealed record IdentitySettings
{
    /// <summary>The public address of the platform: what tokens name as their issuer. <c>Auth:Issuer</c> when left out.</summary>
    public Uri Issuer { get; init; } = null!;

    /// <summary>Allows an issuer without https that is not this machine itself.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>
    /// PEM of the private key that signs tokens: EC P-256 or RSA. Files beside it whose names begin with its name are keys too
    /// (<see cref="IdentityKeys"/>).
    /// </summary>
    public string? SigningKeyFile { get; init; }

    /// <summary>PEM of the RSA key that encrypts codes and refresh tokens; <c>encryption.pem</c> beside the signing key when left out.</summary>
    public string? EncryptionKeyFile { get; init; }

    /// <summary>How long a new key lies there, published, before it signs.</summary>
    public double KeyRestMinutes { get; init; } = 10;

    /// <summary>Makes keys that are not there, readable by their owner only.</summary>
    public bool CreateKeyIfMissing { get; init; }

    /// <summary>Where the console takes its codes: <c>https://…/console/signin-oidc</c>.</summary>
    public Uri[] ConsoleRedirectUris { get; init; } = [];

    /// <summary>Where the console goes after sign-out; derived from <see cref="ConsoleRedirectUris"/> when left out.</summary>
    public Uri[] ConsoleSignedOutUris { get; init; } = [];
    public double AccessTokenMinutes { get; init; } = 15;

    /// <summary>
    /// Of points, for whom a new token costs as much as two reports over a weak link. All that theirs opens is the door for events, which a point that is
    /// suspended finds closed at once.
    /// </summary>
    public double PointTokenMinutes { get; init; } = 24 * 60;

    /// <summary>How long the console may renew without the person signing in again.</summary>
    public double RefreshTokenHours { get; init; } = 12;

    /// <summary>Wrong passwords after which a user name is locked.</summary>
    public int LockoutAttempts { get; init; } = 10;
    public double LockoutMinutes { get; init; } = 15;

    /// <summary>Whether reviewers and administrators must have a second factor, or may.</summary>
    public SecondFactorMode SecondFactor { get; init; } = SecondFactorMode.Offered;

    /// <summary>Whether programs too get no token before the rules in force are accepted for their account; people never do.</summary>
    public RulesAcceptanceMode RulesAcceptance { get; init; } = RulesAcceptanceMode.Asked;
    public BootstrapOptions? Bootstrap { get; init; }

    /// <summary>After that no token is left of those that were issued before.</summary>
    public TimeSpan LongestToken => TimeSpan.FromMinutes(Math.Max(AccessTokenMinutes, PointTokenMinutes) + 5);

    public Uri TokenEndpoint => new(Issuer, "/connect/token");

    public static IdentitySettings Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Identity").Get<IdentitySettings>() ?? new IdentitySettings();
        var issuer = options.Issuer ?? configuration.GetValue<Uri>("Auth:Issuer");
        if (issuer is not { IsAbsoluteUri: true } || issuer.AbsolutePath != "/")
        {
            throw new InvalidOperationException(
                "The setting Identity:Issuer must be the platform's public address, for example https://lai-chau.example"
            );
        }
        if (issuer.Scheme != Uri.UriSchemeHttps && !issuer.IsLoopback && !options.AllowHttp)
        {
            throw new InvalidOperationException(
                $"Identity:Issuer is {issuer}: passwords would travel unprotected. Use https, or set Identity:AllowHttp=true on a closed network."
            );
        }
        return options with { Issuer = issuer };
    }
}

internal enum SecondFactorMode
{
    Offered,
    Required,
}

internal enum RulesAcceptanceMode
{
    Asked,
    Required,
}

internal sealed record BootstrapOptions
{
    public string? UserName { get; init; }
    public string? Password { get; init; }

    public override string ToString() => $"{nameof(BootstrapOptions)} {{ {UserName} }}";
}
