using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Telemetry.Events;

internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/events", IngestEvents.Handle)
            .RequireAuthorization(Policies.Point)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(4 << 20))
            .WithSummary("What happened at the point that speaks: at most 500 events, each taken exactly once");
}
