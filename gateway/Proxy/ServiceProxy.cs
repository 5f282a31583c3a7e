using LaiChau.ServiceDefaults.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace LaiChau.Gateway.Proxy;

/// <summary>The ways to the services in other processes, and who may take them.</summary>
internal static class ServiceProxy
{
    private const string SignedIn = "default";
    private const string Anyone = "anonymous";

    public static void AddServiceProxy(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Auth:Issuer"] is not { Length: > 0 })
        {
            throw new InvalidOperationException("The setting Auth:Issuer is missing: the gateway does not start open.");
        }
        var options = builder.Configuration.GetSection("Gateway").Get<GatewayOptions>() ?? new GatewayOptions();
        builder
            .Services.AddReverseProxy()
            .LoadFromMemory(Routes(), Clusters(options))
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(5))
            .AddTransforms(transforms =>
            {
                // Services build absolute addresses (sign-in, discovery) from the public host.
                transforms.AddOriginalHost();
                transforms.AddRequestTransform(CleanRequest);
            });
    }

    public static void MapServiceProxy(this WebApplication app) =>
        app.MapReverseProxy(proxy =>
            proxy.Use(
                async (context, next) =>
                {
                    await next(context);
                    await Explain(context);
                }
            )
        );

    private static RouteConfig[] Routes() =>
        [
            Route("catalog", "/api/catalog/{**rest}", SignedIn),
            Route("bulletins", "/api/bulletins/{**rest}", SignedIn),
            Route("points", "/api/points/{**rest}", SignedIn),
            Route("telemetry", "/api/telemetry/{**rest}", SignedIn),
            Route("catalog", "/api/catalog/openapi.json", Anyone, "GET"),
            Route("bulletins", "/api/bulletins/openapi.json", Anyone, "GET"),
            Route("points", "/api/points/openapi.json", Anyone, "GET"),
            Route("telemetry", "/api/telemetry/openapi.json", Anyone, "GET"),
            Route("points", "/api/points/enrol", Anyone, "POST"),
            Route("points", "/connect/{**rest}", Anyone),
            Route("points", "/account/{**rest}", Anyone),
            Route("points", "/.well-known/openid-configuration", Anyone),
            Route("points", "/.well-known/jwks", Anyone),
            Route("console", "/console/{**rest}", Anyone),
        ];

    private static RouteConfig Route(string service, string path, string policy, string? method = null) =>
        new()
        {
            RouteId = path,
            ClusterId = service,
            AuthorizationPolicy = policy,
            Match = new RouteMatch { Path = path, Methods = method is null ? null : [method] },
            // A method of its own comes before the same path for all methods.
            Order = method is null ? 1 : 0,
        };

    private static ClusterConfig[] Clusters(GatewayOptions options) =>
        [
            Cluster("catalog", options.Services.Catalog, options),
            Cluster("bulletins", options.Services.Bulletins, options),
            Cluster("points", options.Services.Points, options),
            Cluster("telemetry", options.Services.Telemetry, options),
            Cluster("console", options.Services.Console, options),
        ];

    private static ClusterConfig Cluster(string service, string? address, GatewayOptions options) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new ClusterConfig
            {
                ClusterId = service,
                Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
                {
                    [service] = new() { Address = uri.AbsoluteUri },
                },
                HttpRequest = new ForwarderRequestConfig
                {
                    ActivityTimeout = TimeSpan.FromSeconds(options.IdleSeconds),
                },
            }
            : throw new InvalidOperationException(
                $"Gateway:Services: the address of {service} is missing or not http(s)."
            );

    /// <summary>X-Forwarded-For, -Proto and -Host are set anew by the proxy; what else could pass for its word is taken off.</summary>
    private static ValueTask CleanRequest(RequestTransformContext transform)
    {
        var headers = transform.ProxyRequest.Headers;
        foreach (var name in Unbelieved)
        {
            headers.Remove(name);
        }
        return ValueTask.CompletedTask;
    }

    private static readonly string[] Unbelieved =
    [
        "Forwarded",
        "X-Forwarded-Prefix",
        "X-Forwarded-Port",
        "X-Forwarded-Server",
        "X-Original-For",
        "X-Original-Host",
        "X-Original-Proto",
        "X-Original-Url",
        "X-Rewrite-Url",
        "X-Real-IP",
        "X-Http-Method-Override",
    ];

    /// <summary>Says in problem+json what went wrong on the way; an answer of the service itself is not touched.</summary>
    private static Task Explain(HttpContext context)
    {
        var response = context.Response;
        if (
            context.GetForwarderErrorFeature() is null
            || response.HasStarted
            || context.RequestAborted.IsCancellationRequested
        )
        {
            return Task.CompletedTask;
        }
        switch (response.StatusCode)
        {
            case StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable:
                response.Headers.RetryAfter = "5";
                return Problem
                    .Unavailable.With($"The service behind {Door(context)} does not answer.")
                    .ExecuteAsync(context);
            case StatusCodes.Status504GatewayTimeout:
                return GatewayProblems.ServiceSilent.With($"The service behind {Door(context)}.").ExecuteAsync(context);
            case StatusCodes.Status413PayloadTooLarge:
                return Problem.TooLarge.With().ExecuteAsync(context);
            default:
                return Task.CompletedTask;
        }
    }

    private static string Door(HttpContext context) =>
        string.Join('/', (context.Request.Path.Value ?? "").Split('/').Take(3));
}
