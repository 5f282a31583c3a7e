using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Points;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Coverage;

/// <param name="Expected">Active enrolled points that follow the release's feed.</param>
/// <param name="Showing">Those of them that show it.</param>
/// <param name="ShownAnywhere">All points that were showing it and have not said that it is gone, whatever has become of them.</param>
internal sealed record CoverageNumbers(int Expected, int Showing, int ShownAnywhere)
{
    public double Percent => Expected == 0 ? 0 : Math.Round(100.0 * Showing / Expected, 1);

    public static async Task<Dictionary<Guid, CoverageNumbers>> Of(
        TelemetryDb db,
        IReadOnlyCollection<Release> releases,
        Place place,
        CancellationToken ct
    )
    {
        var ids = releases.Select(r => r.Id).ToList();
        var feeds = releases.Select(r => r.Feed).Distinct().ToList();
        var followers = Followers(db, place);
        // The province's numbers count points, too, of which the registry has not told yet.
        var displays = place.IsProvince
            ? db.Displays
            : db.Displays.Where(d => db.PointsOf(place).Any(p => p.Id == d.PointId));
        var expected = await followers
            .Where(f => feeds.Contains(f.Feed))
            .GroupBy(f => f.Feed)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var shown = await displays
            .Where(d => ids.Contains(d.ReleaseId) && d.Showing)
            .GroupBy(d => d.ReleaseId)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var showing = await (
            from display in displays
            join release in db.Releases on display.ReleaseId equals release.Id
            where ids.Contains(display.ReleaseId) && display.Showing
            where followers.Any(f => f.PointId == display.PointId && f.Feed == release.Feed)
            group display by display.ReleaseId into g
            select new { g.Key, Count = g.Count() }
        ).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return releases.ToDictionary(
            r => r.Id,
            r => new CoverageNumbers(
                expected.GetValueOrDefault(r.Feed),
                showing.GetValueOrDefault(r.Id),
                shown.GetValueOrDefault(r.Id)
            )
        );
    }

    /// <summary>The feeds of the points of which something is expected.</summary>
    public static IQueryable<PointFeed> Followers(TelemetryDb db, Place place) =>
        db.PointFeeds.Where(f =>
            db.PointsOf(place).Any(p => p.Id == f.PointId && p.State == PointState.Active && p.EnrolledAt != null)
        );
}
