using LaiChau.Contracts.Telemetry;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Telemetry.Coverage;

/// <summary>
/// Says how far releases have come, a few seconds after points reported: many reports, one message. Replicas share the work.
/// </summary>
internal sealed class ReportDelivery(
    IServiceScopeFactory scopes,
    IOptions<TelemetryOptions> options,
    TimeProvider time,
    ILogger<ReportDelivery> log
) : BackgroundService
{
    private const int AtOnce = 5000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReportSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await Report(scope.ServiceProvider.GetRequiredService<TelemetryDb>(), stoppingToken);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another replica reported the same release: what we took is back and comes again.
                log.LogDebug("Another replica was first");
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(fault, "Delivery could not be reported this time: {Fault}", fault.Message);
            }
        }
    }

    private async Task Report(TelemetryDb db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var changed = await TakeChanges(db, ct);
        if (changed.Count == 0)
        {
            return;
        }
        var now = time.GetUtcNow();
        var releases = await db.Releases.Where(r => changed.Contains(r.Id)).ToListAsync(ct);
        var numbers = await CoverageNumbers.Of(db, releases, Place.Province, ct);
        foreach (var release in releases)
        {
            var (expected, showing, _) = numbers[release.Id];
            if ((release.ReportedExpected, release.ReportedShowing) == (expected, showing))
            {
                continue;
            }
            (release.ReportedExpected, release.ReportedShowing) = (expected, showing);
            release.ReportVersion++;
            db.Publish(
                new DeliveryReported
                {
                    ReleaseId = release.Id,
                    Expected = expected,
                    Showing = showing,
                    ReportedAt = now,
                    AggregateVersion = release.ReportVersion,
                },
                time
            );
        }
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task<List<Guid>> TakeChanges(TelemetryDb db, CancellationToken ct)
    {
        var taken = db.IsPostgres
            ? db.Database.SqlQuery<Guid>(
                $"""
                DELETE FROM coverage_changes
                WHERE id IN (SELECT id FROM coverage_changes ORDER BY id LIMIT {AtOnce} FOR UPDATE SKIP LOCKED)
                RETURNING release_id AS "Value"
                """
            )
            : db.Database.SqlQuery<Guid>($"DELETE FROM coverage_changes RETURNING release_id AS \"Value\"");
        return [.. (await taken.ToListAsync(ct)).Distinct()];
    }
}
