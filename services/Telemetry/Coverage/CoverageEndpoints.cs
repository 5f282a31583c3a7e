using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.Telemetry.Coverage;

internal static class CoverageEndpoints
{
    public static void MapCoverage(this IEndpointRouteBuilder routes)
    {
        var coverage = routes.MapGroup("/coverage").RequireAuthorization(Policies.Read);
        coverage
            .MapGet("", ListCoverage.Handle)
            .WithSummary(
                "How far each release or recall has come, newest first; over the points of the caller's place"
            );
        coverage
            .MapGet("/{releaseId:guid}", ShowCoverage.Handle)
            .WithSummary("One release point by point: who shows it, who lacks it, who may still show it");
    }
}
