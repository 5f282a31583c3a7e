using LaiChau.OpsConsole.Accounts;
using LaiChau.OpsConsole.Acts;
using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Bulletins;
using LaiChau.OpsConsole.Cases;
using LaiChau.OpsConsole.Coverage;
using LaiChau.OpsConsole.Openings;
using LaiChau.OpsConsole.Organisations;
using LaiChau.OpsConsole.Overview;
using LaiChau.OpsConsole.People;
using LaiChau.OpsConsole.PersonalData;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Releases;
using LaiChau.OpsConsole.Rules;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;
using LaiChau.OpsConsole.Statistics;
using LaiChau.OpsConsole.Targets;
using LaiChau.OpsConsole.Training;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LaiChau.OpsConsole;

public static class OpsConsoleModule
{
    public static void AddOpsConsole(this IHostApplicationBuilder builder)
    {
        var settings = ConsoleOptions.From(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.AddRazorComponents();
        services.AddAuthorization();
        services.AddConsoleSignIn(settings);
        services
            .AddHttpClient<GatewayApi>(http =>
            {
                http.BaseAddress = settings.Api;
                // Each call has its own limit.
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    ConnectTimeout = TimeSpan.FromSeconds(3),
                }
            );
        services.AddScoped<Viewer>();
        services.AddScoped<CatalogApi>();
        services.AddScoped<BulletinsApi>();
        services.AddScoped<PointsApi>();
        services.AddScoped<AccountsApi>();
        services.AddScoped<RulesApi>();
        services.AddScoped<PersonApi>();
        services.AddScoped<CasesApi>();
        services.AddScoped<OpeningsApi>();
        services.AddScoped<TargetsApi>();
        services.AddScoped<TrainingApi>();
        services.AddScoped<PeopleApi>();
        services.AddScoped<ActsApi>();
        services.AddScoped<OrganisationsApi>();
        services.AddScoped<CoverageApi>();
        services.AddScoped<StatisticsApi>();
    }

    public static void MapOpsConsole(this IEndpointRouteBuilder app)
    {
        app.MapConsoleAssets();
        var console = app.MapGroup(ConsoleRoutes.Root)
            .RequireAuthorization(ConsoleSignIn.SignedIn)
            .AddEndpointFilter<PageSafety>()
            .ExcludeFromDescription();
        console.MapSignIn();
        console.MapOverview();
        console.MapPoints();
        console.MapOpenings();
        console.MapTargets();
        console.MapPeople();
        console.MapTraining();
        console.MapActs();
        console.MapOrganisations();
        console.MapCases();
        console.MapReleases();
        console.MapBulletins();
        console.MapCoverage();
        console.MapAccounts();
        console.MapRules();
        console.MapPersonalData();
        console.Map("/{**rest}", () => Show.Page<NothingHerePage>(status: StatusCodes.Status404NotFound));
    }
}
