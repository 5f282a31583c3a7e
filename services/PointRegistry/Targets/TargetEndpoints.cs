using LaiChau.PointRegistry.Points.Files;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Targets;

internal static class TargetEndpoints
{
    public static void MapTargets(this IEndpointRouteBuilder routes)
    {
        var points = routes.MapGroup("/api/points").WithTags("Targets").WithETags();
        var read = points.MapGroup("").RequireAuthorization(Policies.Read);
        read.MapGet("targets", ListTargets.Handle)
            .WithSummary("Targets of a month or year with what was reached and the variance, point by point");
        read.MapGet("targets/export", ExportTargets.Handle)
            .WithSummary("The same as CSV or XLSX, in the columns that an import reads");
        read.MapGet("targets/summary", SummarizeTargets.Handle)
            .WithSummary("The same summed over a place, metric by metric");

        var organise = points.MapGroup("").RequireAuthorization(Policies.Organise);
        organise
            .MapPut("{id:guid}/targets", SetTarget.Handle)
            .WithSummary("Set a point's target for a metric in a month or year; without a value it goes");
        organise
            .MapPost("targets/import", ImportTargets.Handle)
            .WithMetadata(new ImportLimit())
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Set many targets from CSV or XLSX, all or none; dryRun=true tells every faulty row");
    }
}
