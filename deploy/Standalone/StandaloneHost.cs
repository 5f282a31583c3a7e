using LaiChau.BulletinPublishing;
using LaiChau.Catalog;
using LaiChau.Gateway;
using LaiChau.OpsConsole;
using LaiChau.PointRegistry;
using LaiChau.ServiceDefaults;
using LaiChau.Telemetry;
using Microsoft.Extensions.Configuration.Memory;

namespace LaiChau.Standalone;

/// <summary>Every module of the platform behind one door.</summary>
internal static class StandaloneHost
{
    public static async Task<int> Run(StandalonePlace place, string[] args, CancellationToken ct)
    {
        await using var app = Build(place, args);
        app.Lifetime.ApplicationStarted.Register(() =>
            Console.WriteLine(
                $"""
                The console: {new Uri(place.Address, "console")}
                The first account is "{StandalonePlace.Administrator}"; its password is in {place.File(
                    "passwords",
                    StandalonePlace.Administrator
                )}
                """
            )
        );
        await using var stop = ct.Register(app.Lifetime.StopApplication);
        return await app.RunPlatform(args);
    }

    /// <param name="place">Where it lives.</param>
    /// <param name="args">Settings that come before the place's.</param>
    /// <param name="more">Other routes of whoever hosts it.</param>
    public static WebApplication Build(StandalonePlace place, string[] args, Action<IEndpointRouteBuilder>? more = null)
    {
        Directory.CreateDirectory(place.File("databases"));
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = place.Settings });
        // The keys of pages lie in the place's own folder, as every other key does.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        builder.AddServiceDefaults("standalone");
        builder.AddEdge();
        builder.AddCatalog();
        builder.AddBulletinPublishing();
        builder.AddPointRegistry();
        builder.AddTelemetry();
        builder.AddOpsConsole();

        var app = builder.Build();
        app.UseEdge();
        app.UseServiceDefaults();
        app.MapCatalog();
        app.MapBulletinPublishing();
        app.MapPointRegistry();
        app.MapTelemetry();
        app.MapOpsConsole();
        app.MapGet("/", () => Results.Redirect("/console")).AllowAnonymous().ExcludeFromDescription();
        more?.Invoke(app);
        return app;
    }
}
