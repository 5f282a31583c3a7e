using LaiChau.Catalog.Packages;
using LaiChau.Distribution;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Makes the deltas that are due, one release at a time, small ones first, beside the publisher and never in its way. Runs in every replica;
/// a lock lets one work, and another takes over when that one is gone.
/// </summary>
internal sealed class DeltaMaker(
    IServiceScopeFactory scopes,
    PublisherSignal publisher,
    TimeProvider time,
    ILogger<DeltaMaker> log
) : BackgroundService
{
    private const int MostAttempts = 6;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

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
                log.LogWarning(fault, "Deltas wait: {Fault}", fault.Message);
            }
            if (!worked)
            {
                await Task.Delay(Look, time, stoppingToken);
            }
        }
    }

    private async Task<bool> RunOnce(CancellationToken ct)
    {
        if (await FindWork(ct) is null)
        {
            return false;
        }
        await using var mine = await PublisherLock.TryTake(scopes, PublisherWork.Deltas, ct);
        // Looked up again: another replica may have done it before this one got the lock.
        if (mine is null || await FindWork(ct) is not { } due)
        {
            return false;
        }
        await Work(due, ct);
        publisher.Wake();
        return true;
    }

    private async Task<Guid?> FindWork(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        var now = time.GetUtcNow();
        var due = await db
            .Releases.Where(r =>
                r.FollowUp == FollowUp.MakeDeltas && (r.NextAttemptAt == null || r.NextAttemptAt <= now)
            )
            .Select(r => new
            {
                r.Id,
                r.Priority,
                r.Size,
            })
            .ToListAsync(ct);
        return due.OrderByDescending(d => d.Priority).ThenBy(d => d.Size).FirstOrDefault()?.Id;
    }

    private async Task Work(Guid id, CancellationToken ct)
    {
        using var useful = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watch = EndWhenUseless(id, useful);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<MakeDeltas>().Run(id, useful.Token);
        }
        catch (Exception end)
            when (end is DbUpdateConcurrencyException
                || (end is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            log.LogInformation("{ReleaseId} was superseded or recalled; its deltas are of no use any more", id);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested && !DatabaseFaults.IsUnavailable(fault))
        {
            log.LogError(fault, "{ReleaseId} still has no deltas: {Fault}", id, fault.Message);
            await Note(id, fault, ct);
        }
        finally
        {
            await useful.CancelAsync();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task EndWhenUseless(Guid id, CancellationTokenSource useful)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        while (await db.Releases.AnyAsync(r => r.Id == id && r.FollowUp == FollowUp.MakeDeltas, useful.Token))
        {
            await Task.Delay(Look, time, useful.Token);
        }
        await useful.CancelAsync();
    }

    private async Task Note(Guid id, Exception fault, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        var release = await db.Releases.SingleAsync(r => r.Id == id, ct);
        if (release.FollowUp != FollowUp.MakeDeltas)
        {
            return;
        }
        // What is lost stays lost, the store comes back some day, and the rest is tried a few times.
        if (
            fault is PublishException or DistributionException
            || (fault is not ObjectStoreException && release.Attempts + 1 >= MostAttempts)
        )
        {
            CatalogMetrics.DeltaFailed();
            release.GiveUpDeltas($"Không làm được bản cập nhật nhỏ: {Setback.Describe(fault)}");
        }
        else
        {
            release.Stumble(Setback.Describe(fault), time.GetUtcNow());
        }
        await db.SaveChangesAsync(ct);
    }
}
