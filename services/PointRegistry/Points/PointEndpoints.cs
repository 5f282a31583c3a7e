using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Points;

internal static class PointEndpoints
{
    public static void MapPoints(this IEndpointRouteBuilder routes)
    {
        var points = routes.MapGroup("/api/points").WithTags("Points");
        points.MapGet("", ListPoints.Handle).RequireAuthorization(Policies.Read).WithSummary("Points");
        points.MapGet("{id:guid}", ListPoints.One).RequireAuthorization(Policies.Read).WithSummary("One point");
        points.MapPost("", PlanPoint.Handle).RequireAuthorization(Policies.Operate).WithSummary("Plan a point");
        points
            .MapPut("{id:guid}", ChangePoint.Handle)
            .RequireAuthorization(Policies.Operate)
            .WithSummary("Change a point's name, unit, languages, feeds or place");
        points
            .MapPost("{id:guid}/suspend", MovePoint.Suspend)
            .RequireAuthorization(Policies.Operate)
            .WithSummary("Suspend a point: it gets no tokens");
        points
            .MapPost("{id:guid}/activate", MovePoint.Activate)
            .RequireAuthorization(Policies.Operate)
            .WithSummary("Let a suspended point work again");
        points
            .MapPost("{id:guid}/close", MovePoint.Close)
            .RequireAuthorization(Policies.Operate)
            .WithSummary("Close a point for good");
    }
}
