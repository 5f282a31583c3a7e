using System.Diagnostics;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LaiChau.ServiceDefaults;

/// <summary>What every process of the platform needs once: logs, traces, metrics, health, problem+json, token validation.</summary>
public static class PlatformDefaults
{
    public static void AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        // A statement or a request each is a trace's business; not the log's.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // A refused statement is thrown as well: whoever catches it knows whether it is a fault or an answer.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.Critical);
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Logging.Configure(options =>
            options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId
        );
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"laichau-{service}"))
            .WithTracing(tracing =>
                tracing
                    .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthTracing)
                    .AddHttpClientInstrumentation()
                    .AddSource("Npgsql", "MassTransit", "Yarp.ReverseProxy", "LaiChau.*")
            )
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter("Npgsql", "MassTransit", "LaiChau.*")
                    .AddPrometheusExporter()
            );
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.WithLogging().UseOtlpExporter();
        }

        services.ConfigureHttpJsonOptions(options => PlatformJson.Apply(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<PlatformExceptionHandler>();
        services.AddProblemDetails(options =>
            options.CustomizeProblemDetails = context =>
            {
                var problem = context.ProblemDetails;
                problem.Extensions.TryAdd(
                    "code",
                    Problem.CodeFor(problem.Status ?? context.HttpContext.Response.StatusCode)
                );
                problem.Extensions["traceId"] =
                    Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
            }
        );
        // Who acts, for the audit trail.
        services.AddHttpContextAccessor();
        services.AddHealthChecks();
        if (builder.Configuration["DataProtection:KeysFolder"] is { Length: > 0 } keys)
        {
            // One name for every part: a folder of keys serves all replicas, and all modules of a standalone process.
            services
                .AddDataProtection()
                .SetApplicationName("laichau")
                .PersistKeysToFileSystem(new DirectoryInfo(keys));
        }
        if (builder.Configuration["Auth:Issuer"] is { Length: > 0 })
        {
            builder.AddPlatformAuthentication();
        }
    }

    /// <summary>The middleware and the doors every process has. Call it before the modules map theirs.</summary>
    public static void UseServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        if (app.Configuration["Auth:Issuer"] is { Length: > 0 })
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }
        app.MapHealthChecks("/livez", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks(
                "/readyz",
                new HealthCheckOptions { Predicate = c => c.Tags.Contains("ready"), ResponseWriter = WriteHealth }
            )
            .AllowAnonymous();
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
    }

    /// <summary>The module's OpenAPI document: the routes under <c>/api/{name}/</c>, served as <c>/api/{name}/openapi.json</c>.</summary>
    public static void AddPlatformOpenApi(this IHostApplicationBuilder builder, string name, string title) =>
        builder.Services.AddOpenApi(
            name,
            options =>
            {
                options.ShouldInclude = api =>
                    api.RelativePath?.StartsWith($"api/{name}/", StringComparison.Ordinal) == true
                    || api.RelativePath == $"api/{name}";
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info.Title = title;
                        document.Info.Version = "v1";
                        document.Servers?.Clear();
                        return Task.CompletedTask;
                    }
                );
            }
        );

    public static void MapPlatformOpenApi(this IEndpointRouteBuilder routes, string name) =>
        routes.MapOpenApi($"/api/{{documentName:regex(^{name}$)}}/openapi.json").AllowAnonymous();

    /// <summary>
    /// Runs the process. <c>--migrate</c>: bring the databases up to date and end. Setting <c>Database:MigrateOnStart</c>: do so before serving.
    /// </summary>
    public static async Task<int> RunPlatform(this WebApplication app, string[] args)
    {
        if (args.Contains("--migrate"))
        {
            await app.Services.MigrateDatabases(app.Lifetime.ApplicationStopping);
            return 0;
        }
        if (app.Configuration.GetValue("Database:MigrateOnStart", false))
        {
            await app.Services.MigrateDatabases(app.Lifetime.ApplicationStopping);
        }
        await using (app)
        {
            try
            {
                await app.StartAsync(CancellationToken.None);
            }
            catch
            {
                // A port may be taken. What has started already must not work on in a host that is gone.
                await app.StopAsync(CancellationToken.None);
                throw;
            }
            await app.WaitForShutdownAsync(CancellationToken.None);
        }
        return 0;
    }

    private static bool IsWorthTracing(HttpContext context) =>
        context.Request.Path.Value is not ("/livez" or "/readyz" or "/metrics");

    private static Task WriteHealth(
        HttpContext context,
        Microsoft.Extensions.Diagnostics.HealthChecks.HealthReport report
    ) =>
        context.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(
                    e => e.Key,
                    e => new { status = e.Value.Status.ToString(), e.Value.Description }
                ),
            },
            context.RequestAborted
        );
}
