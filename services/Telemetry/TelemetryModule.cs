using LaiChau.Contracts.Catalog;
using LaiChau.Contracts.Points;
using LaiChau.ServiceDefaults;
using LaiChau.Telemetry.Coverage;
using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Events;
using LaiChau.Telemetry.Points;
using LaiChau.Telemetry.Presence;
using LaiChau.Telemetry.Statistics;

namespace LaiChau.Telemetry;

public static class TelemetryModule
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.AddPlatformDb<TelemetryDb, TelemetrySqliteDb>("Telemetry");
        builder.AddMessaging<TelemetryDb>(
            "telemetry",
            subscriptions =>
                subscriptions
                    .Take<ReleasePublished, FollowRelease>("release-published")
                    .Take<ReleaseRecalled, FollowRecall>("release-recalled")
                    .Take<PointEnrolled, FollowEnrolment>("point-enrolled")
                    .Take<PointProfileChanged, FollowProfile>("point-profile-changed")
                    .Take<PointSuspended, FollowSuspension>("point-suspended")
        );
        builder
            .Services.AddOptions<TelemetryOptions>()
            .BindConfiguration("Telemetry")
            .Validate(
                o => o is { OnlineMinutes: > 0, SweepSeconds: > 0, ReportSeconds: > 0, VisitWindowMinutes: > 0 },
                "Telemetry:OnlineMinutes, SweepSeconds, ReportSeconds and VisitWindowMinutes must be above zero."
            )
            .ValidateOnStart();
        builder.Services.AddHostedService<WatchPoints>();
        builder.Services.AddHostedService<ReportDelivery>();
        builder.AddPlatformOpenApi("telemetry", "Telemetry");
    }

    public static void MapTelemetry(this IEndpointRouteBuilder routes)
    {
        var telemetry = routes.MapGroup("/api/telemetry").WithTags("Telemetry");
        telemetry.MapEvents();
        telemetry.MapPresence();
        telemetry.MapCoverage();
        telemetry.MapStatistics();
        routes.MapParkedMessages<TelemetryDb>("/api/telemetry");
        routes.MapAudit<TelemetryDb>("/api/telemetry");
        routes.MapPersonExport<TelemetryDb>("/api/telemetry");
        routes.MapPlatformOpenApi("telemetry");
    }
}
