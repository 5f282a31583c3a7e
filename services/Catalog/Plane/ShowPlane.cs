using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

internal static class ShowPlane
{
    public static async Task<Results<Ok<PlaneAnswer>, ProblemHttpResult>> Handle(
        PlaneWriter plane,
        KeyFolder keys,
        IOptions<CatalogOptions> options,
        TimeProvider time,
        CancellationToken ct
    ) =>
        await plane.Look(ct) is { } state
            ? TypedResults.Ok(PlaneAnswer.Of(state, keys, options.Value, time.GetUtcNow()))
            : CatalogProblems.PlaneNotMade.With();
}
