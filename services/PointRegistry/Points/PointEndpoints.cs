using LaiChau.PointRegistry.Points.Files;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Points;

internal static class PointEndpoints
{
    public static void MapPoints(this IEndpointRouteBuilder routes)
    {
        var points = routes.MapGroup("/api/points").WithTags("Points").WithETags();
        var read = points.MapGroup("").RequireAuthorization(Policies.Read);
        read.MapGet("", ListPoints.Handle).WithSummary("Points, filtered, searched and sorted, page by page");
        read.MapGet("{id:guid}", ListPoints.One).WithSummary("One point; its ETag is what If-Match takes");
        read.MapGet("{id:guid}/history", ShowPointHistory.Handle)
            .WithSummary("The units a point belonged to, and its states: since when, why and by whom");
        read.MapGet("summary", SummarizePoints.Handle)
            .WithSummary("How many points each unit has on a day, with all below it, by state");
        read.MapGet("export", ExportPoints.Handle).WithSummary("Points as CSV or XLSX, with the filters of the list");

        var organise = points.MapGroup("").RequireAuthorization(Policies.Organise);
        organise
            .MapPost("", PlanPoint.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Plan a point; an Idempotency-Key makes it safe to repeat");
        organise
            .MapPost("import", ImportPoints.Handle)
            .WithMetadata(new ImportLimit())
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Plan many points from CSV or XLSX, all or none; dryRun=true tells every faulty row");
        organise.MapPost("{id:guid}/close", MovePoint.Close).WithSummary("Close a point for good");

        var manage = points.MapGroup("").RequireAuthorization(Policies.Manage);
        manage
            .MapPut("{id:guid}", ChangePoint.Handle)
            .WithSummary("Change what is said of a point; with If-Match only if nobody changed it meanwhile");
        manage.MapPost("{id:guid}/suspend", MovePoint.Suspend).WithSummary("Suspend a point: it gets no tokens");
        manage.MapPost("{id:guid}/activate", MovePoint.Activate).WithSummary("Let a suspended point work again");
    }
}
