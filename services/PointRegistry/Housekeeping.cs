using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Tokens;
using LaiChau.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace LaiChau.PointRegistry;

/// <summary>Forgets what has run out, counts points for the dashboards, and lets merges take effect on their day.</summary>
internal sealed class Housekeeping(
    IServiceScopeFactory scopes,
    PointRegistryMetrics metrics,
    TimeProvider time,
    ILogger<Housekeeping> log
) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweepAt = time.GetUtcNow() + Sweep;
        DateOnly? followedOn = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<PointRegistryDb>();
                await Count(db, stoppingToken);
                var today = VietnamDay.Today(time);
                if (followedOn != today)
                {
                    await Follow(db, stoppingToken);
                    followedOn = today;
                }
                if (time.GetUtcNow() >= sweepAt)
                {
                    await Forget(scope.ServiceProvider, stoppingToken);
                    sweepAt = time.GetUtcNow() + Sweep;
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Housekeeping waits for its next round: {Fault}", fault.Message);
            }
            await Task.Delay(Round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Count(PointRegistryDb db, CancellationToken ct) =>
        metrics.Observe(
            await db
                .Points.GroupBy(p => p.State)
                .Select(g => new { g.Key, Count = g.Count() })
                .ToDictionaryAsync(g => g.Key, g => g.Count, ct)
        );

    private async Task Follow(PointRegistryDb db, CancellationToken ct)
    {
        // A replica of an older version may have added or enrolled points after the migration.
        await CompletePoints.Apply(db, time, ct);
        await TellKeys.Apply(db, time, ct);
        if (await FollowUnits.Apply(db, time, ct) is > 0 and var followed)
        {
            log.LogInformation("{Points} points are in another unit from today on", followed);
        }
    }

    private async Task Forget(IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<PointRegistryDb>();
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await services.GetRequiredService<Attempts>().Prune(ct);
        await RememberedAnswer.Prune(db, time, ct);
        await db.Set<UsedAssertion>().Where(a => a.ForgetAt <= now).ExecuteDeleteAsync(ct);
        var spent = time.GetUtcNow() - services.GetRequiredService<IdentitySettings>().LongestToken;
        await db.Set<Revocation>().Where(r => r.At <= spent).ExecuteDeleteAsync(ct);
        // Only what is spent or expired goes; a day's grace keeps what a reused refresh token gives away.
        var threshold = time.GetUtcNow().AddDays(-1);
        await services.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(threshold, ct);
        await services.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(threshold, ct);
    }
}
