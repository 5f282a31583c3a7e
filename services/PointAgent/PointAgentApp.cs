using LaiChau.PointAgent.Desk;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Sticks;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent;

/// <summary>The program at the point, to be run by itself, inside standalone, or by a test.</summary>
public static class PointAgentApp
{
    /// <param name="options">What the point was told at install time.</param>
    /// <param name="configure">A host's own additions: its clock, its logging.</param>
    public static WebApplication Build(AgentOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var db = new AgentDb(options.DataFolder);
        Uri? enrolledAt = null;
        options = options with
        {
            EnrolledAt = () => enrolledAt ??= db.Read(c => c.Recall(Facts.Server, AgentJson.Default.Uri)),
        };
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                ContentRootPath = options.DataFolder,
                // Else every folder of the library is watched for settings that change.
                Args = ["--hostBuilder:reloadConfigOnChange=false"],
            }
        );
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Services.AddAgent(options, db).AddSingleton<PageFrame>();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UsePortalGuard();
        app.MapPortal();
        return app;
    }

    /// <summary>For a command beside a running agent.</summary>
    /// <returns>Null, and that is said, where there is no point.</returns>
    internal static WebApplication? Find(string[] settings)
    {
        var options = AgentOptions.Read(settings);
        if (File.Exists(Path.Combine(options.DataFolder, "agent.db")))
            return Build(options);
        Console.Error.WriteLine(
            $"Chưa có dữ liệu trong {options.DataFolder}, hoặc tài khoản này không được đọc: hãy thử lại bằng sudo."
        );
        return null;
    }

    /// <summary>Everything but the portal.</summary>
    internal static IServiceCollection AddAgent(this IServiceCollection services, AgentOptions options, AgentDb db) =>
        services
            .AddSingleton(options)
            .AddSingleton(db)
            .AddSingleton(TimeProvider.System)
            .AddIdentity()
            .AddLibrary()
            .AddSticks()
            .AddNeighbours()
            .AddPull()
            .AddTelemetry();

    private static IServiceCollection AddIdentity(this IServiceCollection services) =>
        services
            .AddSingleton(s =>
                Link.Client(s.GetRequiredService<AgentOptions>().Poll, s.GetRequiredService<LinkBudget>().Count)
            )
            .AddSingleton<Server>()
            .AddSingleton(s => PointKey.OpenOrMake(s.GetRequiredService<AgentOptions>().DataFolder))
            .AddSingleton<EnrolPoint>()
            .AddSingleton<AccessToken>()
            .AddSingleton<FollowProfile>();

    private static IServiceCollection AddLibrary(this IServiceCollection services) =>
        services
            .AddSingleton<TrustedClock>()
            .AddSingleton<Ballast>()
            .AddSingleton<FileStore>()
            .AddSingleton<Shelf>()
            .AddSingleton<Scrub>()
            .AddHostedService(s => s.GetRequiredService<Scrub>());

    private static IServiceCollection AddPull(this IServiceCollection services) =>
        services
            .AddSingleton<PullState>()
            .AddSingleton<LinkBudget>()
            .AddSingleton<RateCap>()
            .AddSingleton<PartialReleases>()
            .AddSingleton<FollowFeeds>()
            .AddSingleton<DiskRoom>()
            .AddSingleton<ApplyDeltas>()
            .AddSingleton<FetchPack>()
            .AddSingleton<PullRelease>()
            .AddSingleton<EvictReleases>()
            .AddSingleton<FetchReleases>()
            .AddSingleton<HeldRequest>()
            .AddHostedService<PullWorker>();

    private static IServiceCollection AddSticks(this IServiceCollection services) =>
        services
            .AddSingleton<StickReports>()
            .AddSingleton<ImportStick>()
            .AddSingleton<StickWatch>()
            .AddHostedService(s => s.GetRequiredService<StickWatch>())
            .AddSingleton<CarryEvents>()
            .AddHostedService(s => s.GetRequiredService<CarryEvents>());

    private static IServiceCollection AddNeighbours(this IServiceCollection services) =>
        services
            .AddSingleton<Neighbourhood>()
            .AddSingleton<NeighbourClient>()
            .AddSingleton<AskNeighbours>()
            .AddSingleton<TakeFiles>()
            .AddSingleton<Turns>()
            .AddSingleton<Holdings>()
            .AddSingleton<GiveFiles>()
            .AddSingleton<ServeNeighbours>()
            .AddHostedService(s => s.GetRequiredService<ServeNeighbours>())
            .AddHostedService<FindNeighbours>();

    private static IServiceCollection AddTelemetry(this IServiceCollection services) =>
        services
            .AddSingleton<Audience>()
            .AddSingleton<SendEvents>()
            .AddSingleton<OfficerDesk>()
            .AddSingleton<TelemetryWorker>()
            .AddHostedService(s => s.GetRequiredService<TelemetryWorker>());
}
