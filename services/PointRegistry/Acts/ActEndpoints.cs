using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Acts;

internal static class ActEndpoints
{
    public static void MapActs(this IEndpointRouteBuilder routes)
    {
        var acts = routes.MapGroup("/api/points/acts").WithTags("Acts").WithETags();
        var read = acts.MapGroup("").RequireAuthorization(Policies.Read);
        read.MapGet("", ListActs.Handle)
            .WithSummary("Legal acts, newest first, by number, words, kind, issuer and day");
        read.MapGet("{id:guid}", ListActs.One).WithSummary("One act; its ETag is what If-Match takes");

        var organise = acts.MapGroup("").RequireAuthorization(Policies.Organise);
        organise
            .MapPost("", RecordAct.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Record an act; an Idempotency-Key makes it safe to repeat");
        organise.MapPut("{id:guid}", ChangeAct.Handle).WithSummary("Change what is said of an act");
        organise.MapDelete("{id:guid}", DeleteAct.Handle).WithSummary("Delete an act that nothing cites");
    }
}
