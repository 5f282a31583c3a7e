using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Units;

/// <param name="Parent">As of the day: the tier in between may be absent.</param>
/// <param name="Points">In the unit and in all units below, on the day.</param>
internal sealed record UnitPage(
    DateOnly AsOf,
    UnitAnswer Unit,
    UnitReference? Parent,
    IReadOnlyList<UnitReference> Children,
    IReadOnlyList<UnitReference> Predecessors,
    IReadOnlyList<UnitReference> Successors,
    int Points
);

internal static class ShowUnit
{
    /// <param name="asOf">Day; today in Vietnam when left out. A code may mean another unit on another day.</param>
    public static async Task<Results<Ok<UnitPage>, ProblemHttpResult>> Handle(
        string code,
        DateOnly? asOf,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var day = asOf ?? VietnamDay.Today(time);
        var map = await UnitMap.Load(db, day, ct);
        if (map.Find(code) is not { } unit)
        {
            return PointRegistryProblems.UnitNotFound.With(await WhyNot(db, code, day, ct));
        }
        var successors = await Related(
            db,
            db.UnitSuccessions.Where(s => s.OldCode == code && s.OldValidFrom == unit.ValidFrom),
            s => (s.NewCode, s.NewValidFrom),
            ct
        );
        var predecessors = await Related(
            db,
            db.UnitSuccessions.Where(s => s.NewCode == code && s.NewValidFrom == unit.ValidFrom),
            s => (s.OldCode, s.OldValidFrom),
            ct
        );
        var points = await new PointFilter(null, code, null, null, null, null, day).Rows(db, Place.Province, time, ct);
        return TypedResults.Ok(
            new UnitPage(
                day,
                UnitAnswer.Of(unit, successors.Select(s => s.Code)),
                map.Find(unit.ParentCode) is { } parent ? UnitReference.Of(parent) : null,
                [.. map.ChildrenOf(unit).Select(c => UnitReference.Of(c))],
                predecessors,
                successors,
                await points.CountAsync(ct)
            )
        );
    }

    private static async Task<List<UnitReference>> Related(
        PointRegistryDb db,
        IQueryable<UnitSuccession> successions,
        Func<UnitSuccession, (string Code, DateOnly ValidFrom)> other,
        CancellationToken ct
    )
    {
        var related = await successions.AsNoTracking().ToListAsync(ct);
        var codes = related.ConvertAll(s => other(s).Code);
        var units = (await db.Units.AsNoTracking().Where(u => codes.Contains(u.Code)).ToListAsync(ct)).ToDictionary(u =>
            u.Key
        );
        var merges = related.Select(s => s.MergeId).OfType<Guid>().Distinct().ToList();
        var acts = await db.UnitMerges.Where(m => merges.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Act, ct);
        return
        [
            .. related
                .Select(s => UnitReference.Of(units[other(s)], s.MergeId is { } merge ? acts[merge] : null))
                .OrderBy(u => u.Code, StringComparer.Ordinal),
        ];
    }

    private static async Task<string> WhyNot(PointRegistryDb db, string code, DateOnly day, CancellationToken ct)
    {
        var others = await db.Units.AsNoTracking().Where(u => u.Code == code).OrderBy(u => u.ValidFrom).ToListAsync(ct);
        // The one that had the code last before the day; else the one that will have it first.
        var nearest = others.LastOrDefault(u => u.ValidFrom <= day) ?? others.FirstOrDefault();
        return nearest is null ? FindCommune.Unknown(code) : await FindCommune.WhyNotInForce(db, nearest, day, ct);
    }
}
