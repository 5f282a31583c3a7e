using LaiChau.PointRegistry.Accounts;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LaiChau.PointRegistry.Tokens;

/// <summary>Counts the answer, and tells who is locked out that waiting, not another password, will help.</summary>
internal sealed class FinishTokenResponse(PointRegistryMetrics metrics, ILogger<FinishTokenResponse> log)
    : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        metrics.Token(context.Response.Error ?? "issued");
        if (context.Response.Error is null)
        {
            return ValueTask.CompletedTask;
        }
        var services = context.Transaction.GetHttpRequest()!.HttpContext.RequestServices;
        if (services.GetRequiredService<CheckPassword>().LockedUntil is { } until)
        {
            context.Response.ErrorDescription = $"Too many wrong passwords: locked until {until:u}.";
        }
        log.LogWarning(
            "Token refused: {Error}, {Description}",
            context.Response.Error,
            context.Response.ErrorDescription
        );
        return ValueTask.CompletedTask;
    }
}
