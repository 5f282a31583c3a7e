using System.Net;
using LaiChau.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway.Edge;

/// <summary>Keeps <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c> away from the public door.</summary>
internal static class OperationsDoor
{
    private static readonly string[] Paths = ["/livez", "/readyz", "/metrics"];

    /// <summary>Listens on the operations port beside the addresses the host was given.</summary>
    public static void ListenForOperations(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<int?>("Gateway:OpsPort") is not { } port)
        {
            return;
        }
        var configuration = builder.Configuration;
        var ports = (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        var urls =
            configuration["urls"]
            ?? (ports.Length > 0 ? string.Join(';', ports.Select(p => $"http://*:{p}")) : "http://localhost:5000");
        builder.WebHost.UseUrls($"{urls};http://*:{port}");
    }

    public static void UseOperationsDoor(this WebApplication app)
    {
        var port = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.OpsPort;
        app.Use(
            (context, next) =>
            {
                var operations = Paths.Any(path =>
                    context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)
                );
                var inside = port is null ? IsBesides(context) : context.Connection.LocalPort == port;
                if (operations ? inside : port is null || !inside)
                {
                    return next(context);
                }
                return Problem.NotFound.With().ExecuteAsync(context);
            }
        );
    }

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
