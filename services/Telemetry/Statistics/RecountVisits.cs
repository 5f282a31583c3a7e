using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Events;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Statistics;

/// <summary>Counts the totals again from the kept events, for the day somebody doubts them or has restored a backup.</summary>
internal static class RecountVisits
{
    internal sealed record Recount(long Before, long Total);

    public static async Task<Ok<Recount>> Handle(TelemetryDb db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (db.IsPostgres)
        {
            // Visits being counted now wait; what is committed before is in the events, what comes after adds to our result.
            await db.Database.ExecuteSqlAsync($"LOCK TABLE visit_counters IN EXCLUSIVE MODE", ct);
        }
        var before = await db.VisitCounters.SumAsync(c => c.Total, ct);
        await db.Database.ExecuteSqlAsync($"DELETE FROM visit_counters", ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO visit_counters (point_id, total)
            SELECT point_id, COUNT(*) FROM events WHERE kind = {EventKinds.Visit} GROUP BY point_id
            """,
            ct
        );
        var total = await db.VisitCounters.SumAsync(c => c.Total, ct);
        db.Note("recounted", "visit-counters", "all", new() { ["before"] = before, ["after"] = total });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Ok(new Recount(before, total));
    }
}
