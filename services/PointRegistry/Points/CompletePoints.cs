using LaiChau.PointRegistry.Units;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <summary>
/// Gives points of an older database what they lack: memberships, states, search texts and sort keys. After the migration and not in it:
/// a search text is made by the same code that makes it later, which no SQL is.
/// </summary>
internal static class CompletePoints
{
    private const int Batch = 500;

    public static async Task Apply(PointRegistryDb db, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            var points = await db
                .Points.Where(p => !db.PointMemberships.Any(m => m.PointId == p.Id))
                .Include(p => p.Unit)
                .OrderBy(p => p.Id)
                .Take(Batch)
                .ToListAsync(ct);
            if (points.Count == 0)
            {
                return;
            }
            foreach (var point in points)
            {
                point.Join([new UnitSince(point.Unit, VietnamDay.Of(point.CreatedAt))]);
                point.StateChanges.AddRange(PastOf(point, time.GetUtcNow()));
            }
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>As far as it is known: when a point was suspended or closed was not kept, so that stands from now on.</summary>
    private static IEnumerable<PointStateChange> PastOf(Point point, DateTimeOffset now)
    {
        yield return new()
        {
            Version = 1,
            State = PointState.Planned,
            At = point.CreatedAt,
        };
        if (point.EnrolledAt is { } enrolled)
        {
            yield return new()
            {
                Version = 2,
                State = PointState.Active,
                At = enrolled,
            };
        }
        if (point.State is PointState.Suspended or PointState.Closed)
        {
            yield return new()
            {
                Version = point.Version,
                State = point.State,
                At = now,
                Reason = point.StateReason,
            };
        }
    }
}
