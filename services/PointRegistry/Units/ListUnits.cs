using LaiChau.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Units;

internal static class ListUnits
{
    /// <param name="asOf">Day; today in Vietnam when left out.</param>
    /// <param name="q">Words of the name, of another spelling, or the code.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Page<UnitAnswer>> Handle(
        DateOnly? asOf,
        string? q,
        int? limit,
        string? after,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var query = db.Units.AsNoTracking().Where(Unit.InForce(asOf ?? VietnamDay.Today(time)));
        foreach (var (word, hasMarks) in SearchText.Words(q ?? ""))
        {
            query = hasMarks
                ? query.Where(u => u.SearchText.Contains(word))
                : query.Where(u => u.SearchPlain.Contains(word));
        }
        if (after is { Length: > 0 })
        {
            // On one day a code names one unit.
            query = query.Where(u => u.Code.CompareTo(after) > 0);
        }
        var size = Paging.Size(limit);
        var units = await query.OrderBy(u => u.Code).Take(size + 1).ToListAsync(ct);
        var codes = units.Select(u => u.Code).ToList();
        var became = (
            await db.UnitSuccessions.AsNoTracking().Where(s => codes.Contains(s.OldCode)).ToListAsync(ct)
        ).ToLookup(s => (s.OldCode, s.OldValidFrom), s => s.NewCode);
        return Paging.Cut(units, size, u => u.Code, u => UnitAnswer.Of(u, became[u.Key]));
    }
}
