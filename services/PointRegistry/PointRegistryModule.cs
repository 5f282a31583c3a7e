using LaiChau.Contracts.Telemetry;
using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Accounts.Rules;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Cases;
using LaiChau.PointRegistry.Desk;
using LaiChau.PointRegistry.Enrolment;
using LaiChau.PointRegistry.Openings;
using LaiChau.PointRegistry.Organisations;
using LaiChau.PointRegistry.People;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Targets;
using LaiChau.PointRegistry.Tokens;
using LaiChau.PointRegistry.Training;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry;

/// <summary>Administrative units, support points and their enrolment, accounts, and the platform's token service.</summary>
public static class PointRegistryModule
{
    public static void AddPointRegistry(this WebApplicationBuilder builder)
    {
        builder.AddPlatformDb<PointRegistryDb, PointRegistrySqliteDb>(
            "Points",
            db =>
                db.UseAsyncSeeding(
                    async (context, _, ct) =>
                    {
                        await UnitSeed.Apply((PointRegistryDb)context, ct);
                        await ActSeed.Apply((PointRegistryDb)context, TimeProvider.System, ct);
                        await CompletePoints.Apply((PointRegistryDb)context, TimeProvider.System, ct);
                        await TellKeys.Apply((PointRegistryDb)context, TimeProvider.System, ct);
                    }
                )
        );
        builder.AddMessaging<PointRegistryDb>(
            "points",
            s =>
                s.Take<PointSilent, NotePointSilent>("point-silent")
                    .Take<PointBack, NotePointBack>("point-back")
                    .Take<OpeningReported, TakeOpeningReport>("opening-reported")
                    .Take<IncidentReported, TakeIncidentReport>("incident-reported")
        );
        builder.AddPlatformOpenApi("points", "PointRegistry");
        builder.AddEnrolment();
        builder.AddAccounts();
        builder.AddTokenService();
        builder.Services.AddScoped<MovePoint>();
        builder.Services.AddScoped<Attempts>();
        builder.Services.AddSingleton<PointRegistryMetrics>();
        builder.Services.AddHostedService<Housekeeping>();
    }

    public static void MapPointRegistry(this IEndpointRouteBuilder routes)
    {
        routes.MapUnits();
        routes.MapOrganisations();
        routes.MapActs();
        routes.MapPoints();
        routes.MapCases();
        routes.MapPeople();
        routes.MapTraining();
        routes.MapOpenings();
        routes.MapTargets();
        routes.MapEnrolment();
        routes.MapDesk();
        routes.MapAccounts();
        routes.MapRules();
        routes.MapTokenService();
        routes.MapParkedMessages<PointRegistryDb>("/api/points");
        routes.MapAudit<PointRegistryDb>("/api/points");
        routes.MapPlatformOpenApi("points");
    }
}
