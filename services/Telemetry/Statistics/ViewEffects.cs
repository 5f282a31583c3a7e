using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Events;

namespace LaiChau.Telemetry.Statistics;

internal static class ViewEffects
{
    public static Task<int> Apply(TelemetryDb db, IEnumerable<PointEvent> fresh, CancellationToken ct)
    {
        // Every batch locks the rows in the same order, so that two of them never wait for each other.
        var views = fresh
            .Where(e => e.Kind == EventKinds.View)
            .GroupBy(e => (e.ReleaseId, Path: e.Path!))
            .OrderBy(v => v.Key.ReleaseId)
            .ThenBy(v => v.Key.Path, StringComparer.Ordinal)
            .ToList();
        return db.Rows(views)
            .Column("release_id", v => v.Key.ReleaseId)
            .Column("path", v => v.Key.Path)
            .Column("views", v => v.LongCount())
            .Execute(
                """
                INSERT INTO view_counters (release_id, path, views) SELECT r.release_id, r.path, r.views FROM {rows} WHERE true
                ON CONFLICT (release_id, path) DO UPDATE SET views = view_counters.views + excluded.views
                """,
                ct
            );
    }
}
