using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Events;

namespace LaiChau.Telemetry.Coverage;

/// <summary>What new events say of what the point shows. A late <c>shown</c> never revives what a later <c>removed</c> took away.</summary>
internal static class CoverageEffects
{
    public static async Task Apply(TelemetryDb db, Guid point, IEnumerable<PointEvent> fresh, CancellationToken ct)
    {
        var latest = fresh
            .Where(e => e.Kind is EventKinds.Shown or EventKinds.Removed)
            .GroupBy(e => e.ReleaseId)
            .Select(events => events.MaxBy(e => e.Order)!)
            .ToList();
        var changed = await db.Rows(latest)
            .Column("point_id", _ => point)
            .Column("release_id", e => e.ReleaseId)
            .Column("showing", e => e.Kind == EventKinds.Shown)
            .Column("reason", e => e.Reason)
            .Column("order_at", e => e.OrderAt)
            .Column("at", e => e.At)
            .Column("event_id", e => e.Id)
            .Returning<Guid>(
                """
                INSERT INTO displays (point_id, release_id, showing, reason, since, order_at, at, event_id)
                SELECT r.point_id, r.release_id, r.showing, r.reason, r.order_at, r.order_at, r.at, r.event_id FROM {rows} WHERE true
                ON CONFLICT (point_id, release_id) DO UPDATE SET
                    since = CASE WHEN displays.showing = excluded.showing THEN displays.since ELSE excluded.since END,
                    showing = excluded.showing, reason = excluded.reason,
                    order_at = excluded.order_at, at = excluded.at, event_id = excluded.event_id
                WHERE (displays.order_at, displays.at, displays.event_id)
                    < (excluded.order_at, excluded.at, excluded.event_id)
                RETURNING release_id AS "Value"
                """,
                ct
            );
        db.CoverageChanges.AddRange(changed.Select(release => new CoverageChange { ReleaseId = release }));
    }
}
