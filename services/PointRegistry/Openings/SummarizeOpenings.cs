using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Openings;

internal sealed record OpeningDay(DateOnly Day, double PlannedHours, double RecordedHours);

/// <param name="PlannedHours">By the opening hours that the point has now, on the days up to today whose evening found it active.</param>
/// <param name="Variance">Recorded less planned.</param>
/// <param name="Days">Those on which it should have been open, or was.</param>
internal sealed record OpeningSummary(
    Guid PointId,
    string Period,
    double PlannedHours,
    double RecordedHours,
    double Variance,
    IReadOnlyList<OpeningDay> Days
);

internal static class SummarizeOpenings
{
    /// <param name="id">The point.</param>
    /// <param name="period">A month or a year; this month when left out.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="db">The register.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Results<Ok<OpeningSummary>, ProblemHttpResult>> Handle(
        Guid id,
        Period? period,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var point = await db.PointsOf(user.PlaceFor(Policies.Read))
            .AsNoTracking()
            .Include(p => p.StateChanges)
            .SingleOrDefaultAsync(p => p.Id == id, ct);
        if (point is null)
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        var today = VietnamDay.Today(time);
        var asked = period ?? Period.MonthOf(today);
        var (from, to) = ListOpenings.Bounds(asked, time);
        var recorded = (
            await db
                .Openings.Where(o => o.PointId == id && !o.IsStruck && o.OpenedAt >= from && o.OpenedAt < to)
                .Select(o => new { o.OpenedAt, o.Minutes })
                .ToListAsync(ct)
        ).ToLookup(o => VietnamDay.Of(o.OpenedAt), o => o.Minutes);
        var days = new List<(DateOnly Day, int Planned, int Recorded)>();
        for (var day = asked.First; day < asked.End; day = day.AddDays(1))
        {
            var planned = day <= today && WasActive(point, day) ? MinutesOn(point, day) : 0;
            if (planned > 0 || recorded[day].Any())
            {
                days.Add((day, planned, recorded[day].Sum()));
            }
        }
        var (plan, real) = (days.Sum(d => d.Planned), days.Sum(d => d.Recorded));
        return TypedResults.Ok(
            new OpeningSummary(
                id,
                asked.ToString(),
                Hours(plan),
                Hours(real),
                Hours(real - plan),
                [.. days.Select(d => new OpeningDay(d.Day, Hours(d.Planned), Hours(d.Recorded)))]
            )
        );
    }

    private static bool WasActive(Point point, DateOnly day) =>
        point.StateChanges.Where(s => s.At < VietnamDay.EndOf(day)).MaxBy(s => s.Version)?.State is PointState.Active;

    private static int MinutesOn(Point point, DateOnly day)
    {
        var weekday = day.DayOfWeek is DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;
        return point
            .OpeningHours.Where(h => h.Days.Contains(weekday))
            .SelectMany(h => h.Hours)
            .Sum(HoursOfDay.MinutesOf);
    }

    private static double Hours(int minutes) => Math.Round(minutes / 60.0, 2);
}
