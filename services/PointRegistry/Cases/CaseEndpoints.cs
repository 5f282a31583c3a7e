using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Cases;

internal static class CaseEndpoints
{
    public static void MapCases(this IEndpointRouteBuilder routes)
    {
        var cases = routes
            .MapGroup("/api/points/cases")
            .WithTags("Cases")
            .WithETags()
            .RequireAuthorization(Policies.Attend);
        cases
            .MapGet("", ListCases.Handle)
            .WithSummary("Tasks, incidents and cases, filtered, searched and sorted, page by page");
        cases.MapGet("{id:guid}", ListCases.One).WithSummary("One of them with all its steps");
        cases
            .MapPost("", RaiseCase.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Raise a task, an incident or a case, of a point or of a commune");
        cases
            .MapPost("{id:guid}/steps", TakeCaseStep.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Accept, start, resolve, close, reopen, assign to another, plan anew, or comment");
    }
}
