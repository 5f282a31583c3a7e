using LaiChau.Telemetry.Coverage;
using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Points;
using LaiChau.Telemetry.Statistics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Telemetry.Presence;

/// <summary>Looks for points that have gone silent, and takes the readings of the gauges. Replicas may watch side by side.</summary>
internal sealed class WatchPoints(
    IServiceScopeFactory scopes,
    IOptions<TelemetryOptions> options,
    TimeProvider time,
    ILogger<WatchPoints> log
) : BackgroundService
{
    private const int AtOnce = 500;
    private readonly DateTimeOffset startedAt = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds), time);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<TelemetryDb>();
                await NoticeSilence(db, stoppingToken);
                await Visitor.Forget(db, time.GetUtcNow(), stoppingToken);
                await TakeReadings(db, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(fault, "The points could not be looked after this time: {Fault}", fault.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task NoticeSilence(TelemetryDb db, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var silentBefore = now - options.Value.OnlineWindow;
        if (startedAt > silentBefore)
        {
            // We ourselves were not listening long enough: after our own outage no point is to blame.
            return;
        }
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var silent = await Silent(db, silentBefore).ToListAsync(ct);
        foreach (var point in silent)
        {
            log.LogInformation("Point {PointId} is silent since {LastContactAt:O}", point.PointId, point.LastContactAt);
            point.FallSilent(now, db, time);
        }
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static IQueryable<PointPresence> Silent(TelemetryDb db, DateTimeOffset before) =>
        db.IsPostgres
            ? db.Presences.FromSql(
                $"""
                SELECT presence.* FROM presences AS presence JOIN points AS point ON point.id = presence.point_id
                WHERE point.state = 'Active' AND point.enrolled_at IS NOT NULL AND presence.silent_since IS NULL
                    AND coalesce(presence.last_contact_at, presence.known_since) < {before}
                ORDER BY presence.point_id LIMIT {AtOnce} FOR UPDATE OF presence SKIP LOCKED
                """
            )
            : db.Presences.Where(p =>
                p.SilentSince == null
                && (p.LastContactAt ?? p.KnownSince) < before
                && db.Points.Any(q => q.Id == p.PointId && q.State == PointState.Active && q.EnrolledAt != null)
            );

    private async Task TakeReadings(TelemetryDb db, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var onlineAfter = now - options.Value.OnlineWindow;
        var active = db.Presences.Where(p =>
            db.Points.Any(q => q.Id == p.PointId && q.State == PointState.Active && q.EnrolledAt != null)
        );
        var oldest = (await MissingReleases.OldestByPoint(db, null, now, ct)).Values;
        TelemetryMetrics.Now(
            await active.CountAsync(p => p.LastContactAt >= onlineAfter, ct),
            await active.CountAsync(p => p.SilentSince != null, ct),
            oldest.Count == 0 ? 0 : (now - oldest.Min()).TotalSeconds
        );
    }
}
