using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Desk;

internal static class DeskEndpoints
{
    public static void MapDesk(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/points/me", ShowOwnPoint.Handle)
            .WithTags("Desk")
            .RequireAuthorization(Policies.Point)
            .WithSummary("What the point that asks has to know of itself; 304 when it has it already");
}
