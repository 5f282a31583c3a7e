using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

internal static class ListPoints
{
    /// <param name="state">Only points in this state.</param>
    /// <param name="unit">Only points of the unit with this code.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Page<PointAnswer>> Handle(
        Word<PointState>? state,
        string? unit,
        int? limit,
        Guid? after,
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        var query = db.Points.AsNoTracking().Include(p => p.Unit).AsQueryable();
        if (state?.Value is { } wanted)
        {
            query = query.Where(p => p.State == wanted);
        }
        if (unit is not null)
        {
            query = query.Where(p => p.UnitCode == unit);
        }
        if (after is not null)
        {
            query = query.Where(p => p.Id > after);
        }
        var size = Paging.Size(limit);
        // The ids are in order of creation.
        var points = await query.OrderBy(p => p.Id).Take(size + 1).ToListAsync(ct);
        return Paging.Cut(points, size, p => p.Id.ToString(), PointAnswer.Of);
    }

    public static async Task<Results<Ok<PointAnswer>, ProblemHttpResult>> One(
        Guid id,
        PointRegistryDb db,
        CancellationToken ct
    ) =>
        await db.Points.AsNoTracking().Include(p => p.Unit).SingleOrDefaultAsync(p => p.Id == id, ct) is { } point
            ? TypedResults.Ok(PointAnswer.Of(point))
            : PointRegistryProblems.PointNotFound.With();
}
