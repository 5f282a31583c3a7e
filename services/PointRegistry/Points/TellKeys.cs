using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <summary>
/// Tells others, once, the keys of points that enrolled when messages did not carry them yet: Telemetry takes no signed event of a point whose key it
/// does not know. Under a version of its own, so that it is taken by whoever has heard everything else, and what comes late does not undo it.
/// </summary>
internal static class TellKeys
{
    private const int Batch = 500;

    public static async Task Apply(PointRegistryDb db, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            var points = await db
                .Points.Where(p => p.PublicKey != null && !p.KeyTold)
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
                point.TellKey();
                db.PublishChanged(point, time);
            }
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }
    }
}
