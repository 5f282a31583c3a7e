using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Telemetry.Events;

internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/events", IngestEvents.Handle)
            .RequireAuthorization(Policies.Point)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(4 << 20))
            .WithSummary("What happened at the point that speaks: at most 500 events, each taken exactly once");
        routes
            .MapPost("/returns", ReturnEvents.Handle)
            .RequireAuthorization(Policies.Operate)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(4 << 20))
            .WithSummary("What a point gave to a stick: signed by the point, brought by whoever may operate one");
    }
}
