using System.Security.Claims;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

internal sealed record PointCounts(int Points, int Planned, int Active, int Suspended, int Closed)
{
    public static PointCounts Of(IEnumerable<(PointState State, int Count)> counted)
    {
        var by = counted.ToLookup(c => c.State, c => c.Count);
        return new(
            by.Sum(s => s.Sum()),
            by[PointState.Planned].Sum(),
            by[PointState.Active].Sum(),
            by[PointState.Suspended].Sum(),
            by[PointState.Closed].Sum()
        );
    }
}

internal sealed record UnitSummary(string Code, string FullName, UnitType Type, string? ParentCode, PointCounts Counts);

/// <param name="Units">Every unit in force on the day, with what is in it and in all units below.</param>
internal sealed record PointSummary(DateOnly AsOf, PointCounts Total, IReadOnlyList<UnitSummary> Units);

internal static class SummarizePoints
{
    /// <param name="asOf">Day; today in Vietnam when left out.</param>
    public static async Task<PointSummary> Handle(
        DateOnly? asOf,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var day = asOf ?? VietnamDay.Today(time);
        var rows = await new PointFilter(null, null, null, null, null, null, day).Rows(
            db,
            user.PlaceFor(Policies.Read),
            time,
            ct
        );
        var counted = await rows.GroupBy(r => new { r.Unit.Code, r.State })
            .Select(g => new
            {
                g.Key.Code,
                g.Key.State,
                Count = g.Count(),
            })
            .ToListAsync(ct);
        var map = await UnitMap.Load(db, day, ct);
        var rolledUp = counted
            .SelectMany(c => map.WithAncestors(c.Code).Select(u => (u.Code, Counted: (c.State, c.Count))))
            .ToLookup(c => c.Code, c => c.Counted);
        return new(
            day,
            PointCounts.Of(counted.Select(c => (c.State, c.Count))),
            [
                .. map.All.Select(u => new UnitSummary(
                    u.Code,
                    u.FullName,
                    u.Type,
                    u.ParentCode,
                    PointCounts.Of(rolledUp[u.Code])
                )),
            ]
        );
    }
}
