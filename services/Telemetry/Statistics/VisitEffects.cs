using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Events;

namespace LaiChau.Telemetry.Statistics;

/// <summary>New visits raise the point's total, whenever they were; those of this moment are here now.</summary>
internal static class VisitEffects
{
    public static async Task Apply(
        TelemetryDb db,
        Guid point,
        IEnumerable<PointEvent> fresh,
        DateTimeOffset seenAfter,
        CancellationToken ct
    )
    {
        var visits = fresh.Where(e => e.Kind == EventKinds.Visit).ToList();
        if (visits.Count == 0)
        {
            return;
        }
        var here = visits
            .Where(e => e.OrderAt >= seenAfter)
            .GroupBy(e => e.Visitor!)
            .Select(v => new Visitor
            {
                PointId = point,
                Id = v.Key,
                Member = false,
                SeenAt = v.Max(e => e.OrderAt),
            })
            .ToList();
        await See(db, here, ct);
        await Count(db, point, visits.Count, ct);
    }

    public static Task<int> See(TelemetryDb db, IReadOnlyCollection<Visitor> here, CancellationToken ct) =>
        db.Rows(here)
            .Column("point_id", v => v.PointId)
            .Column("id", v => v.Id)
            .Column("member", v => v.Member)
            .Column("seen_at", v => v.SeenAt)
            .Execute(
                """
                INSERT INTO visitors (point_id, id, member, seen_at)
                SELECT r.point_id, r.id, r.member, r.seen_at FROM {rows} WHERE true
                ON CONFLICT (point_id, id) DO UPDATE SET member = excluded.member, seen_at = excluded.seen_at
                WHERE visitors.seen_at < excluded.seen_at
                """,
                ct
            );

    public static Task<int> Count(TelemetryDb db, Guid point, long visits, CancellationToken ct) =>
        db.Rows([visits])
            .Column("point_id", _ => point)
            .Column("total", v => v)
            .Execute(
                """
                INSERT INTO visit_counters (point_id, total) SELECT r.point_id, r.total FROM {rows} WHERE true
                ON CONFLICT (point_id) DO UPDATE SET total = visit_counters.total + excluded.total
                """,
                ct
            );
}
