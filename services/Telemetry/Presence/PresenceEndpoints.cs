using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Telemetry.Presence;

internal static class PresenceEndpoints
{
    public static void MapPresence(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/points", ListPoints.Handle)
            .RequireAuthorization(Policies.Read)
            .WithSummary("Every enrolled point: when it was last heard of, and how far behind it is");
}
