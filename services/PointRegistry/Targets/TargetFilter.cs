using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Targets;

/// <summary>Which targets are asked for.</summary>
/// <param name="Period">A month or a year; this month when left out. A year has its own targets, not the sum of its months'.</param>
/// <param name="Metric">Only this one.</param>
/// <param name="Unit">Only points that are today in the unit with this code, or in a unit below it.</param>
/// <param name="Point">Only this point.</param>
internal sealed record TargetFilter(Period? Period, string? Metric, string? Unit, Guid? Point)
{
    public Period Asked(TimeProvider time) => Period ?? PointRegistry.Period.MonthOf(VietnamDay.Today(time));

    public async Task<IQueryable<Target>> Rows(PointRegistryDb db, Place place, TimeProvider time, CancellationToken ct)
    {
        var (year, month) = Asked(time);
        var points = db.PointsOf(place);
        if (Unit is { Length: > 0 })
        {
            var codes = (await UnitMap.Load(db, VietnamDay.Today(time), ct)).Below(Unit);
            points = points.Where(p => codes.Contains(p.UnitCode));
        }
        var rows = db
            .Targets.AsNoTracking()
            .Where(t => t.Year == year && t.Month == month && points.Any(p => p.Id == t.PointId));
        if (Metric is { Length: > 0 })
        {
            var name = Targets.Metric.Find(Metric)?.Name;
            rows = rows.Where(t => t.Metric == name);
        }
        return Point is null ? rows : rows.Where(t => t.PointId == Point);
    }
}
