using System.Net;
using LaiChau.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Edge;

/// <summary>Keeps <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c> away from the public door.</summary>
internal static class OperationsDoor
{
    private static readonly string[] Paths = ["/livez", "/readyz", "/metrics"];

    public static void UseOperationsDoor(this WebApplication app)
    {
        var port = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.OpsPort;
        app.Use(
            (context, next) =>
            {
                if (port is null)
                {
                    return !IsOperations(context) || IsBesides(context) ? next(context) : Refuse(context);
                }
                return IsOperations(context) == (context.Connection.LocalPort == port)
                    ? next(context)
                    : Refuse(context);
            }
        );
    }

    private static bool IsOperations(HttpContext context)
    {
        foreach (var path in Paths)
        {
            if (context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    private static Task Refuse(HttpContext context) => Problem.NotFound.With().ExecuteAsync(context);

    /// <summary>On the same machine and not through a proxy. Runs before forwarded headers are believed.</summary>
    private static bool IsBesides(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && !context.Request.Headers.Keys.Any(name =>
            name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Via", StringComparison.OrdinalIgnoreCase)
        );
}
