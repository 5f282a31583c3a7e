using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Points;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Coverage;

internal static class MissingReleases
{
    /// <summary>
    /// For each point that lacks something, since when it has lacked the oldest release it should show. A point enrolled today is not
    /// behind by the age of what was published last year.
    /// </summary>
    public static async Task<Dictionary<Guid, DateTimeOffset>> OldestByPoint(
        TelemetryDb db,
        IReadOnlyCollection<Guid>? points,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var active = db.Points.Where(p => p.State == PointState.Active && p.EnrolledAt != null);
        if (points is not null)
        {
            active = active.Where(p => points.Contains(p.Id));
        }
        var missing = await (
            from point in active
            join follows in db.PointFeeds on point.Id equals follows.PointId
            join release in Release.Current(db, now) on follows.Feed equals release.Feed
            where !db.Displays.Any(d => d.PointId == point.Id && d.ReleaseId == release.Id && d.Showing)
            group release by new { point.Id, point.EnrolledAt } into g
            select new
            {
                g.Key.Id,
                g.Key.EnrolledAt,
                Oldest = g.Min(r => r.VisibleFrom),
            }
        ).ToListAsync(ct);
        return missing.ToDictionary(m => m.Id, m => m.EnrolledAt > m.Oldest ? m.EnrolledAt.Value : m.Oldest);
    }
}
