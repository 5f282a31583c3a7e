using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Telemetry.Statistics;

internal static class StatisticsEndpoints
{
    public static void MapStatistics(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/statistics", ShowStatistics.Handle)
            .RequireAuthorization(Policies.Read)
            .WithSummary(
                "Online now (guests + members) and all visits: of the province, a unit or a point; who is bound to a place sees its own"
            );
        routes
            .MapPost("/statistics/recount", RecountVisits.Handle)
            .RequireAuthorization(Policies.Administer)
            .WithSummary("Count the totals again from the kept events");
        routes
            .MapPost("/visits", RecordVisit.Handle)
            .RequireAuthorization(Policies.Read)
            .WithSummary("A page of the platform itself was opened");
        routes
            .MapGet("/views", ListViews.Handle)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("How often each file of a release was viewed, over all points");
    }
}
