using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Telemetry.Statistics;

/// <summary>
/// The access statistics block: who is here now, guests apart from members, and all visits ever; of the province, a unit or a point.
/// </summary>
internal static class ShowStatistics
{
    internal sealed record AccessStatistics(long Guests, long Members, long Total, int WindowSeconds)
    {
        public long OnlineNow => Guests + Members;
    }

    public static async Task<Results<Ok<AccessStatistics>, ProblemHttpResult>> Handle(
        ClaimsPrincipal user,
        TelemetryDb db,
        TimeProvider time,
        IOptions<TelemetryOptions> options,
        CancellationToken ct,
        Guid? point = null,
        string? unit = null
    )
    {
        var place = user.PlaceFor(Policies.Read);
        if (
            point is { } id
            && (
                !await db.Presences.AnyAsync(p => p.PointId == id, ct)
                || (!place.IsProvince && !await db.PointsOf(place).AnyAsync(p => p.Id == id, ct))
            )
        )
        {
            return TelemetryProblems.PointUnknown.With();
        }
        var since = time.GetUtcNow() - options.Value.VisitWindow;
        var visitors = db.Visitors.Where(v => v.SeenAt >= since);
        var rooms = db.Presences.Where(p => p.ReportedAt >= since && p.ActiveGuests > 0);
        var counters = db.VisitCounters.AsQueryable();
        if (point is not null)
        {
            visitors = visitors.Where(v => v.PointId == point);
            rooms = rooms.Where(p => p.PointId == point);
            counters = counters.Where(c => c.PointId == point);
        }
        if (unit is not null || !place.IsProvince)
        {
            var points = db.PointsOf(place).Where(p => unit == null || p.UnitCode == unit).Select(p => p.Id);
            visitors = visitors.Where(v => points.Contains(v.PointId));
            rooms = rooms.Where(p => points.Contains(p.PointId));
            counters = counters.Where(c => points.Contains(c.PointId));
        }
        var seen = await visitors
            .GroupBy(v => new { v.PointId, v.Member })
            .Select(g => new
            {
                g.Key.PointId,
                g.Key.Member,
                Count = g.LongCount(),
            })
            .ToListAsync(ct);
        var guests = seen.Where(s => !s.Member).ToDictionary(s => s.PointId, s => s.Count);
        // A point says both who came and how many are there; whichever is more, never the sum, for they are the same people.
        foreach (var room in await rooms.Select(p => new { p.PointId, p.ActiveGuests }).ToListAsync(ct))
        {
            guests[room.PointId] = Math.Max(guests.GetValueOrDefault(room.PointId), room.ActiveGuests);
        }
        return TypedResults.Ok(
            new AccessStatistics(
                guests.Values.Sum(),
                seen.Where(s => s.Member).Sum(s => s.Count),
                await counters.SumAsync(c => c.Total, ct),
                (int)options.Value.VisitWindow.TotalSeconds
            )
        );
    }
}
