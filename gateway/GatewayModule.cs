using LaiChau.Gateway.Content;
using LaiChau.Gateway.Edge;
using LaiChau.Gateway.Proxy;
using LaiChau.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace LaiChau.Gateway;

/// <summary>
/// The public door. The edge (limits, headers, <c>/content/*</c>, <c>/reference</c>) works in front of any host, standalone too; the gateway adds the way
/// to services in other processes.
/// </summary>
public static class GatewayModule
{
    public static void AddEdge(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<GatewayOptions>(builder.Configuration.GetSection("Gateway"));
        builder.AddObjectStore();
        builder.AddClientLimits();
        builder.AddTrustedProxies();
        builder.AddPlane();
        builder.AddProtocols();
        builder.Services.AddHttpClient();
        builder.Services.AddSingleton<RevokedTokens>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RevokedTokens>());
        builder.Services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>>(services =>
            services.GetRequiredService<RevokedTokens>()
        );
    }

    /// <summary>Call it before <c>UseServiceDefaults</c>: what it refuses goes no further.</summary>
    public static void UseEdge(this WebApplication app)
    {
        app.SayProtocols();
        app.UseOperationsDoor();
        app.UseForwardedHeaders();
        app.UsePlane();
        app.UseHsts();
        app.UseSecurityHeaders();
        app.UseBodyLimits();
        app.UseRouting();
        app.UseClientLimits();
        app.MapReference();
    }

    public static void AddGateway(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<int?>("Gateway:OpsPort") is { } opsPort)
        {
            builder.ListenBeside(opsPort);
        }
        if (builder.Configuration.GetValue<int?>("Gateway:Http2Port") is { } http2Port)
        {
            builder.ListenBeside(http2Port);
        }
        builder.AddServiceProxy();
    }

    public static void MapGateway(this WebApplication app)
    {
        app.MapServiceProxy();
        app.MapGet("/", () => Results.Redirect("/console")).AllowAnonymous().ExcludeFromDescription();
    }
}
