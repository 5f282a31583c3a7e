using LaiChau.PointRegistry.Units;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <summary>A merge decided beforehand takes effect: on its day each point's unit is the one that its memberships say.</summary>
internal static class FollowUnits
{
    private const int Batch = 500;

    /// <summary>A commune's accounts, cases, sessions and teams go where it went; where that became several, or nothing, somebody has to say which.</summary>
    public static async Task Others(PointRegistryDb db, TimeProvider time, CancellationToken ct)
    {
        var today = VietnamDay.Today(time);
        await Follow(db.Accounts, db, today, ct);
        await Follow(db.Cases, db, today, ct);
        await Follow(db.TrainingSessions, db, today, ct);
        var teams = await db
            .TeamMemberships.Where(m =>
                m.ValidFrom <= today
                && (m.ValidTo == null || m.ValidTo > today)
                && (m.UnitCode != m.Team.UnitCode || m.UnitValidFrom != m.Team.UnitValidFrom)
            )
            .Include(m => m.Team)
            .Include(m => m.Unit)
            .ToListAsync(ct);
        teams.ForEach(m => m.Team.Occupy(m.Unit));
    }

    private static async Task Follow<T>(DbSet<T> all, PointRegistryDb db, DateOnly today, CancellationToken ct)
        where T : class, IFollowsUnit
    {
        var due = await (
            from one in all
            join unit in db.Units on one.UnitCode equals unit.Code
            where unit.ValidFrom == one.UnitValidFrom && unit.ValidTo != null && unit.ValidTo <= today
            select one
        ).ToListAsync(ct);
        foreach (var one in due)
        {
            var heirs = await db
                .UnitSuccessions.Where(s => s.OldCode == one.UnitCode && s.OldValidFrom == one.UnitValidFrom)
                .ToListAsync(ct);
            var heir = heirs is [var only] ? only : null;
            (one.UnitCode, one.UnitValidFrom) = (heir?.NewCode, heir?.NewValidFrom);
        }
    }

    /// <summary>How many points followed.</summary>
    public static async Task<int> Apply(PointRegistryDb db, TimeProvider time, CancellationToken ct)
    {
        await Others(db, time, ct);
        await db.SaveChangesAsync(ct);
        var today = VietnamDay.Today(time);
        for (var followed = 0; ; )
        {
            var due = await db
                .PointMemberships.Where(m =>
                    m.ValidFrom <= today
                    && (m.ValidTo == null || m.ValidTo > today)
                    && (m.UnitCode != m.Point.UnitCode || m.UnitValidFrom != m.Point.UnitValidFrom)
                )
                .Include(m => m.Point)
                .Include(m => m.Unit)
                .OrderBy(m => m.PointId)
                .Take(Batch)
                .ToListAsync(ct);
            if (due.Count == 0)
            {
                return followed;
            }
            foreach (var membership in due)
            {
                membership.Point.Occupy(membership.Unit);
                membership.Point.Changed();
                db.PublishChanged(membership.Point, time);
            }
            // Another replica, or a change by hand at the same moment, makes this fail as a whole: the next round finds the rest.
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
            followed += due.Count;
        }
    }
}
