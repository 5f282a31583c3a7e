using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>
/// Reads an assertion (RFC 7523) before its signature is looked at, and only to refuse it: whoever set up the machine is told what to mend there,
/// a clock above all.
/// </summary>
internal sealed class ReadAssertion(IdentitySettings settings, TimeProvider time)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertion is { Length: > 0 } text && Fault(text, context.ClientId) is { } fault)
        {
            context.Reject(Errors.InvalidClient, fault);
        }
        return ValueTask.CompletedTask;
    }

    private string? Fault(string text, string? clientId)
    {
        JsonWebToken assertion;
        try
        {
            assertion = new JsonWebToken(text);
        }
        catch (Exception wrong) when (wrong is ArgumentException or SecurityTokenMalformedException)
        {
            return "The assertion cannot be read: it must be a signed JWT.";
        }
        var now = time.GetUtcNow().UtcDateTime;
        var clock = $"is the clock right? Here it is {now:u}.";
        // What is not said is the first of all times.
        var end = assertion.ValidTo;
        return assertion.Alg != SecurityAlgorithms.EcdsaSha256 ? "An assertion must be signed by ES256."
            : clientId is { Length: > 0 } && (assertion.Issuer != clientId || assertion.Subject != clientId)
                ? "The assertion names another client as iss or sub than the one that asks."
            : !assertion.Audiences.Any(a => a == settings.TokenEndpoint.AbsoluteUri || a == settings.Issuer.AbsoluteUri)
                ? $"The assertion is meant for another token service: its aud must be {settings.TokenEndpoint}."
            : end == DateTime.MinValue ? "The assertion carries no exp."
            : end <= now - ClockSkew ? $"The assertion expired at {end:u}: {clock}"
            : assertion.IssuedAt > now + ClockSkew || assertion.ValidFrom > now + ClockSkew
                ? $"The assertion is made in time to come: {clock}"
            : end > now + LongestLife + ClockSkew
                ? $"The assertion expires too late (at most {LongestLife.TotalMinutes:0} minutes from now): {clock}"
            : null;
    }
}
