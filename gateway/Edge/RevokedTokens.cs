using System.Collections.Frozen;
using System.Net.Http.Json;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace LaiChau.Gateway.Edge;

/// <summary>
/// Whose tokens are void before their time, asked of the token service every second. While it cannot be asked, the last list holds; tokens
/// run out by themselves within minutes.
/// </summary>
internal sealed class RevokedTokens(
    IHttpClientFactory clients,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<RevokedTokens> log
) : BackgroundService, IPostConfigureOptions<JwtBearerOptions>
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private volatile FrozenDictionary<Guid, long> revoked = FrozenDictionary<Guid, long>.Empty;

    public void PostConfigure(string? name, JwtBearerOptions options)
    {
        options.Events ??= new JwtBearerEvents();
        var next = options.Events.OnTokenValidated;
        options.Events.OnTokenValidated = async context =>
        {
            await next(context);
            if (
                Guid.TryParse(context.Principal?.FindFirstValue("sub"), out var subject)
                && revoked.TryGetValue(subject, out var issuedUpTo)
                && context.SecurityToken is JsonWebToken token
                && new DateTimeOffset(token.IssuedAt).ToUnixTimeSeconds() <= issuedUpTo
            )
            {
                context.Fail("The token is revoked.");
            }
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration["Auth:KeysAddress"] is not { Length: > 0 } keys)
        {
            return;
        }
        var list = new Uri(new Uri(keys), "/connect/revocations");
        var isAway = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var http = clients.CreateClient(nameof(RevokedTokens));
                http.Timeout = Patience;
                var answer = await http.GetFromJsonAsync<List<RevokedSubject>>(list, stoppingToken) ?? [];
                revoked = answer.ToFrozenDictionary(r => r.Subject, r => r.IssuedUpTo);
                isAway = false;
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isAway)
                {
                    log.LogWarning("Revoked tokens cannot be asked for; the last list holds: {Fault}", fault.Message);
                }
                isAway = true;
            }
            await Task.Delay(Round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record RevokedSubject(Guid Subject, long IssuedUpTo);
}
