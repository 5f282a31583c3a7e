using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Pushes;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Does what was approved or recalled, one release at a time, recalls first, then by priority. Runs in every replica; the lock lets one
/// write. Whatever stops it, the work stays in the database and is taken up again.
/// </summary>
internal sealed class Publisher(
    IServiceScopeFactory scopes,
    KeyFolder keys,
    PublisherSignal signal,
    TimeProvider time,
    ILogger<Publisher> log
) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TendEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TendAgain = TimeSpan.FromSeconds(2);
    private DateTimeOffset nextTending;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        keys.Check();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var worked = false;
            try
            {
                worked = await RunOnce(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(fault, "The publisher waits: {Fault}", fault.Message);
            }
            if (!worked)
            {
                await signal.Wait(Look, stoppingToken);
            }
        }
    }

    private async Task<bool> RunOnce(CancellationToken ct)
    {
        var due = await FindWork(ct);
        var mustTend = time.GetUtcNow() >= nextTending;
        if (due is null && !mustTend)
        {
            return false;
        }
        await using var mine = await PublisherLock.TryTake(scopes, ct);
        if (mine is null)
        {
            return false;
        }
        if (mustTend)
        {
            await Tend(ct);
        }
        // Looked up again: another replica may have done it before this one got the lock.
        due = await FindWork(ct);
        if (due is not null)
        {
            await Work(due, ct);
        }
        return due is not null;
    }

    private async Task<Due?> FindWork(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        var now = time.GetUtcNow();
        var due = await db
            .Releases.Where(r =>
                (r.State == ReleaseState.Publishing || r.State == ReleaseState.Recalling)
                && (r.NextAttemptAt == null || r.NextAttemptAt <= now)
            )
            .Select(r => new Due(r.Id, r.State, r.Priority, r.Version, r.ApprovedAt))
            .ToListAsync(ct);
        return due.OrderByDescending(d => d.State == ReleaseState.Recalling)
            .ThenByDescending(d => d.Priority)
            .ThenBy(d => d.ApprovedAt)
            .ThenBy(d => d.Version)
            .FirstOrDefault();
    }

    private async Task Work(Due due, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var work =
                due.State == ReleaseState.Recalling
                    ? scope.ServiceProvider.GetRequiredService<SignRecall>().Run(due.Id, ct)
                    : scope.ServiceProvider.GetRequiredService<PublishRelease>().Run(due.Id, ct);
            await work;
        }
        catch (DbUpdateConcurrencyException)
        {
            log.LogInformation("{ReleaseId} changed while it was {State}; it is looked at again", due.Id, due.State);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested && !DatabaseFaults.IsUnavailable(fault))
        {
            log.LogError(fault, "{ReleaseId} is still {State}: {Fault}", due.Id, due.State, fault.Message);
            await Note(due.Id, fault, ct);
        }
    }

    /// <summary>Leaves word why, and lets others pass for a while.</summary>
    private async Task Note(Guid id, Exception fault, CancellationToken ct)
    {
        var trouble = fault switch
        {
            ObjectStoreException => "Kho lưu trữ không trả lời; hệ thống tự thử lại.",
            BlockLostException or PublishException or DistributionException => fault.Message,
            _ => "Lỗi nội bộ, đã ghi vào nhật ký; hệ thống tự thử lại.",
        };
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        release.Trouble = trouble;
        release.Attempts++;
        release.NextAttemptAt =
            time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, release.Attempts) / 2));
        await db.SaveChangesAsync(ct);
    }

    private async Task Tend(CancellationToken ct)
    {
        nextTending = time.GetUtcNow() + TendAgain;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        var byState = await db
            .Releases.GroupBy(r => r.State)
            .Select(g => new { State = g.Key, Count = g.Count() })
            .ToListAsync(ct);
        CatalogMetrics.Count(byState.ToDictionary(s => s.State.ToString(), s => s.Count));
        await scope.ServiceProvider.GetRequiredService<PlaneWriter>().Tend(ct);
        nextTending = time.GetUtcNow() + TendEvery;
    }

    private sealed record Due(
        Guid Id,
        ReleaseState State,
        ReleasePriority Priority,
        int Version,
        DateTimeOffset? ApprovedAt
    );
}
