using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Openings;

internal static class OpeningEndpoints
{
    public static void MapOpenings(this IEndpointRouteBuilder routes)
    {
        var points = routes.MapGroup("/api/points").WithTags("Openings").WithETags();
        var read = points.MapGroup("").RequireAuthorization(Policies.Read);
        read.MapGet("{id:guid}/openings", ListOpenings.Handle)
            .WithSummary("When a point was open in a month or year, with what was corrected");
        read.MapGet("{id:guid}/openings/summary", SummarizeOpenings.Handle)
            .WithSummary("Planned hours of a month or year against recorded ones, day by day");

        var attend = points.MapGroup("").RequireAuthorization(Policies.Attend);
        attend
            .MapPost("{id:guid}/openings", RecordOpening.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Record that a point was open");
        attend
            .MapPut("openings/{id:guid}", CorrectOpening.Handle)
            .WithSummary("Put an entry right; what stood there is kept");
        attend
            .MapPost("openings/{id:guid}/strike", CorrectOpening.Strike)
            .WithSummary("Strike out an entry that should not be there");
    }
}
