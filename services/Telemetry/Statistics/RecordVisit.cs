using System.Text.Json;
using LaiChau.ServiceDefaults.Http;
using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Events;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Statistics;

/// <summary>
/// Somebody opened one of the platform's own pages. Every call keeps the visitor present; a visit is counted when it begins, so the same
/// call sent again counts nothing.
/// </summary>
internal static class RecordVisit
{
    /// <summary>Who comes back after so long begins a new visit.</summary>
    private static readonly TimeSpan VisitEnds = TimeSpan.FromMinutes(30);

    internal sealed record PageVisit(string Visitor, bool Member, string Path);

    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        PageVisit visit,
        TelemetryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (visit.Visitor.Length is 0 or > 100 || visit.Visitor.Any(char.IsControl))
        {
            return Problem.Invalid.With("visitor: 1 to 100 characters.");
        }
        if (visit.Path.Length > 500 || visit.Path.Any(char.IsControl))
        {
            return Problem.Invalid.With("path: at most 500 characters.");
        }
        var now = time.GetUtcNow();
        var visitor = new Visitor
        {
            PointId = VisitCounter.OwnPages,
            Id = visit.Visitor,
            Member = visit.Member,
            SeenAt = now,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await Begins(db, visitor, now - VisitEnds, ct))
        {
            db.Events.Add(
                new KeptEvent
                {
                    PointId = VisitCounter.OwnPages,
                    Id = Guid.CreateVersion7(now),
                    Kind = EventKinds.Visit,
                    At = now,
                    ReceivedAt = now,
                    Body = JsonSerializer.Serialize(visit, PlatformJson.Options),
                }
            );
            await db.SaveChangesAsync(ct);
            await VisitEffects.Count(db, VisitCounter.OwnPages, 1, ct);
        }
        await VisitEffects.See(db, [visitor], ct);
        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    /// <summary>True for one of any number of calls at once: the row is locked by the one that made or woke it.</summary>
    private static async Task<bool> Begins(TelemetryDb db, Visitor visitor, DateTimeOffset ended, CancellationToken ct)
    {
        var began = await db.Rows([visitor])
            .Column("point_id", v => v.PointId)
            .Column("id", v => v.Id)
            .Column("member", v => v.Member)
            .Column("seen_at", v => v.SeenAt)
            .Column("ended", _ => ended)
            .Execute(
                """
                INSERT INTO visitors (point_id, id, member, seen_at)
                SELECT r.point_id, r.id, r.member, r.seen_at FROM {rows} WHERE true
                ON CONFLICT (point_id, id) DO UPDATE SET member = excluded.member, seen_at = excluded.seen_at
                WHERE visitors.seen_at < (SELECT r.ended FROM {rows})
                """,
                ct
            );
        return began > 0;
    }
}
