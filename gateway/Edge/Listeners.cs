using System.Net;
using System.Net.Quic;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LaiChau.Gateway.Edge;

/// <summary>
/// What is spoken at which port: HTTP/1.1 everywhere, HTTP/2 and, where the platform can, HTTP/3 wherever there is a certificate, and HTTP/2 without one at
/// a port of its own.
/// </summary>
internal static class Listeners
{
    public static void AddProtocols(this WebApplicationBuilder builder)
    {
        var http2Port = builder.Configuration.GetValue<int?>("Gateway:Http2Port");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A point keeps its connection: a new one costs more than what it says in hours.
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(30);
            // And its line may bring 1 kB a second, with pauses: by default a reader is cut off that does not take a piece within five seconds.
            kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(5));
            kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(1));
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                if (listen.EndPoint is IPEndPoint { Port: var port } && port == http2Port)
                {
                    listen.Protocols = HttpProtocols.Http2;
                }
                else if (CanHttp3)
                {
                    // Answers say so to clients themselves (Alt-Svc). A port without TLS stays at HTTP/1.1.
                    listen.Protocols = HttpProtocols.Http1AndHttp2AndHttp3;
                }
            });
        });
    }

    /// <summary>Listens at one more port beside the addresses the host was given.</summary>
    public static void ListenBeside(this WebApplicationBuilder builder, int port)
    {
        var configuration = builder.Configuration;
        var ports = (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        var urls =
            configuration["urls"]
            ?? (ports.Length > 0 ? string.Join(';', ports.Select(p => $"http://*:{p}")) : "http://localhost:5000");
        builder.WebHost.UseUrls($"{urls};http://*:{port}");
    }

    public static void SayProtocols(this WebApplication app) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (app.Urls.Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) && !CanHttp3)
            {
                app.Logger.LogInformation(
                    "HTTP/3 is not spoken: this machine has no QUIC (on Linux: libmsquic). HTTP/2 and HTTP/1.1 are"
                );
            }
        });

    private static bool CanHttp3 =>
        (OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        && QuicListener.IsSupported;
}
