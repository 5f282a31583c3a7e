using LaiChau.Catalog.Audit;
using LaiChau.Catalog.Packages;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Does what was approved or recalled, one release at a time, recalls first, then deltas that are made, then by priority, and what an
/// upgrade left to do last. Runs in every replica; the lock lets one write. Whatever stops it, the work stays in the database and is taken up again.
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
    private static readonly TimeSpan SignHeadsEvery = TimeSpan.FromSeconds(10);
    private DateTimeOffset nextTending;
    private DateTimeOffset nextHeads;

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
        var mustSignHeads = time.GetUtcNow() >= nextHeads;
        if (due is null && !mustTend && !mustSignHeads)
        {
            return false;
        }
        await using var mine = await PublisherLock.TryTake(scopes, PublisherWork.Plane, ct);
        if (mine is null)
        {
            return false;
        }
        if (mustTend)
        {
            await Tend(ct);
        }
        if (mustSignHeads)
        {
            nextHeads = time.GetUtcNow() + SignHeadsEvery;
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<PublishAuditHeads>().Run(ct);
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
                (
                    r.State == ReleaseState.Publishing
                    || r.State == ReleaseState.Recalling
                    || r.FollowUp == FollowUp.ListDeltas
                    || r.FollowUp == FollowUp.Republish
                ) && (r.NextAttemptAt == null || r.NextAttemptAt <= now)
            )
            .Select(r => new Due(r.Id, r.State, r.FollowUp, r.Priority, r.Version, r.ApprovedAt))
            .ToListAsync(ct);
        return due.OrderByDescending(d => d.State == ReleaseState.Recalling)
            .ThenByDescending(d => d.FollowUp == FollowUp.ListDeltas)
            .ThenBy(d => d.FollowUp == FollowUp.Republish)
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
            var services = scope.ServiceProvider;
            var work = due switch
            {
                { State: ReleaseState.Recalling } => services.GetRequiredService<SignRecall>().Run(due.Id, ct),
                { State: ReleaseState.Publishing } => services.GetRequiredService<PublishRelease>().Run(due.Id, ct),
                { FollowUp: FollowUp.ListDeltas } => services.GetRequiredService<ListDeltas>().Run(due.Id, ct),
                _ => services.GetRequiredService<RepublishRelease>().Run(due.Id, ct),
            };
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
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        release.Stumble(Setback.Describe(fault), time.GetUtcNow());
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
        // From before an upgrade, or by a replica that was not upgraded yet.
        await db
            .Releases.Where(r =>
                r.State == ReleaseState.Published && r.ManifestSha256 == null && r.FollowUp == FollowUp.None
            )
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.FollowUp, FollowUp.Republish), ct);
        await scope.ServiceProvider.GetRequiredService<PlaneWriter>().Tend(ct);
        nextTending = time.GetUtcNow() + TendEvery;
    }

    private sealed record Due(
        Guid Id,
        ReleaseState State,
        FollowUp FollowUp,
        ReleasePriority Priority,
        int Version,
        DateTimeOffset? ApprovedAt
    );
}
