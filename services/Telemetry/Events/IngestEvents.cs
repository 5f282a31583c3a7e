using System.Security.Claims;
using System.Text.Json;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Coverage;
using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Points;
using LaiChau.Telemetry.Presence;
using LaiChau.Telemetry.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Telemetry.Events;

/// <summary>
/// Takes a batch in one transaction: the events, by their key each once, and the effects of those that were really new. So a batch may
/// come twice, at the same time, in pieces or after a fault, and the numbers stay exact.
/// </summary>
internal static class IngestEvents
{
    private const int MostEvents = 500;

    internal sealed record EventBatch(IReadOnlyList<JsonElement> Events);

    /// <param name="Accepted">Not known before.</param>
    /// <param name="Duplicates">Known already.</param>
    /// <param name="Rejected">Which not, and why.</param>
    internal sealed record IngestAnswer(int Accepted, int Duplicates, IReadOnlyList<Rejection> Rejected);

    public static async Task<Results<Ok<IngestAnswer>, ProblemHttpResult>> Handle(
        EventBatch batch,
        ClaimsPrincipal user,
        TelemetryDb db,
        TimeProvider time,
        IOptions<TelemetryOptions> options,
        CancellationToken ct
    )
    {
        return await Ingest(batch.Events, user.AccountId(), cameItself: true, db, time, options, ct);
    }

    /// <param name="events">As told.</param>
    /// <param name="point">Whose they are; proved by the caller.</param>
    /// <param name="cameItself">The point spoke now; otherwise somebody brought what it said some time ago.</param>
    /// <param name="db">Of this request.</param>
    /// <param name="time">Clock.</param>
    /// <param name="options">Settings.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Results<Ok<IngestAnswer>, ProblemHttpResult>> Ingest(
        IReadOnlyList<JsonElement> events,
        Guid point,
        bool cameItself,
        TelemetryDb db,
        TimeProvider time,
        IOptions<TelemetryOptions> options,
        CancellationToken ct
    )
    {
        if (events.Count > MostEvents)
        {
            return TelemetryProblems.BatchTooLarge.With($"This one holds {events.Count}.");
        }
        var now = time.GetUtcNow();
        var (told, rejected) = Read(events, now);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // The point's row is locked first: batches of one point follow one another, those of others do not wait.
        var presence = await PointPresence.Lock(db, point, now, ct);
        if (
            await db.Points.AnyAsync(
                p => p.Id == point && (p.State == PointState.Suspended || p.State == PointState.Closed),
                ct
            )
        )
        {
            return TelemetryProblems.PointSuspended.With();
        }
        var fresh = await Keep(db, point, told, now, ct);
        await CoverageEffects.Apply(db, point, fresh, ct);
        HandOn(db, point, fresh, time);
        await VisitEffects.Apply(db, point, fresh, now - options.Value.VisitWindow, ct);
        if (cameItself)
        {
            presence.Heard(now, fresh, db, time);
        }
        else
        {
            presence.HeardLater(fresh);
        }
        await db.SaveChangesAsync(ct);
        // Counted last: releases are shared by all points, and their rows stay locked until the commit.
        await ViewEffects.Apply(db, fresh, ct);
        await transaction.CommitAsync(ct);

        var duplicates = events.Count - fresh.Count - rejected.Count;
        TelemetryMetrics.Events(fresh.Count, "accepted");
        TelemetryMetrics.Events(duplicates, "duplicate");
        TelemetryMetrics.Events(rejected.Count, "rejected");
        TelemetryMetrics.Pulled(fresh.Sum(e => e.Bytes));
        return TypedResults.Ok(new IngestAnswer(fresh.Count, duplicates, rejected));
    }

    /// <summary>What people wrote at the point is the registry's business.</summary>
    private static void HandOn(TelemetryDb db, Guid point, IEnumerable<PointEvent> fresh, TimeProvider time)
    {
        foreach (var told in fresh)
        {
            if (told.Opening is { } opening)
            {
                db.Publish(opening with { PointId = point }, time);
            }
            if (told.Incident is { } incident)
            {
                db.Publish(incident with { PointId = point }, time);
            }
        }
    }

    private static (List<PointEvent> Told, List<Rejection> Rejected) Read(
        IReadOnlyList<JsonElement> events,
        DateTimeOffset now
    )
    {
        var told = new Dictionary<Guid, PointEvent>();
        var rejected = new List<Rejection>();
        foreach (var json in events)
        {
            if (PointEvent.Read(json, now, out var refusal) is { } good)
            {
                told.TryAdd(good.Id, good);
            }
            else
            {
                rejected.Add(refusal!);
            }
        }
        return ([.. told.Values], rejected);
    }

    /// <summary>Writes the events and answers those that were not there before.</summary>
    private static async Task<List<PointEvent>> Keep(
        TelemetryDb db,
        Guid point,
        List<PointEvent> told,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var fresh = await db.Rows(told)
            .Column("point_id", _ => point)
            .Column("id", e => e.Id)
            .Column("kind", e => e.Kind)
            .Column("at", e => e.At)
            .Column("received_at", _ => now)
            .Column("body", e => e.Body)
            .Returning<Guid>(
                """
                INSERT INTO events (point_id, id, kind, at, received_at, body)
                SELECT r.point_id, r.id, r.kind, r.at, r.received_at, r.body FROM {rows} WHERE true
                ON CONFLICT (point_id, id) DO NOTHING RETURNING id AS "Value"
                """,
                ct
            );
        var ids = fresh.ToHashSet();
        return [.. told.Where(e => ids.Contains(e.Id))];
    }
}
