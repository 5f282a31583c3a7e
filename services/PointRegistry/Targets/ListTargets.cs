using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Targets;

internal static class ListTargets
{
    private const string Order = "targets";

    /// <param name="filter">Which.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="db">The register.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Results<Ok<Page<TargetAnswer>>, ProblemHttpResult>> Handle(
        [AsParameters] TargetFilter filter,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var query = await filter.Rows(db, user.PlaceFor(Policies.Read), time, ct);
        if (after is { Length: > 0 })
        {
            // No name has a tab in its key.
            if (Cursor.Read(after, Order)?.Split('\t') is not [var name, var metric])
            {
                return PointRegistryProblems.NoCursor();
            }
            query = query.Where(t =>
                t.Point.NameKey.CompareTo(name) > 0 || (t.Point.NameKey == name && t.Metric.CompareTo(metric) > 0)
            );
        }
        var size = Paging.Size(limit);
        var rows = await query
            .OrderBy(t => t.Point.NameKey)
            .ThenBy(t => t.Metric)
            .Take(size + 1)
            .Include(t => t.Point.Unit)
            .ToListAsync(ct);
        var answers = (await TargetAnswer.Of(db, rows, filter.Asked(time), ct)).ToDictionary(a =>
            (a.PointId, a.Metric)
        );
        return TypedResults.Ok(
            Paging.Cut(
                rows,
                size,
                t => Cursor.Write(Order, $"{t.Point.NameKey}\t{t.Metric}"),
                t => answers[(t.PointId, t.Metric)]
            )
        );
    }
}
