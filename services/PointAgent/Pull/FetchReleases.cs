using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>Fetches what is wanted and not held, in the order given, and tries again what did not come.</summary>
internal sealed class FetchReleases(
    AgentOptions options,
    PullRelease pull,
    PartialReleases partials,
    Shelf shelf,
    PullState state,
    TrustedClock clock,
    TimeProvider time,
    ILogger<FetchReleases> log
)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Ends when everything is on the screen, or when <paramref name="overtaken"/> by news.</summary>
    public async Task All(IReadOnlyList<FeedRelease> wanted, CancellationToken overtaken)
    {
        var first = options.Poll < TimeSpan.FromSeconds(5) ? options.Poll : TimeSpan.FromSeconds(5);
        var backoff = new Backoff(first, LongestWait);
        try
        {
            partials.KeepOnly(wanted.Select(w => w.Release.ReleaseId).ToHashSet());
            while (Missing(wanted) is { Count: > 0 } missing)
            {
                var tried = await Try(missing, overtaken);
                var wait = tried == Outcome.Failed ? backoff.Failed() : UntilNextBegins(Missing(wanted));
                await Task.Delay(wait, time, overtaken);
            }
        }
        catch (OperationCanceledException) when (overtaken.IsCancellationRequested)
        {
            log.LogDebug("Fetching interrupted; it goes on from what has come");
        }
        finally
        {
            state.Queue = [];
        }
    }

    private async Task<Outcome> Try(List<FeedRelease> missing, CancellationToken overtaken)
    {
        var outcome = Outcome.Came;
        for (var i = 0; i < missing.Count; i++)
        {
            state.Queue = [.. missing.Skip(i).Select(m => new Waiting(m.Release.Title, m.Size))];
            var one = await Try(missing[i], overtaken);
            if (one != Outcome.Came)
                outcome = Outcome.Failed;
            if (one == Outcome.LinkFailed)
                break;
        }
        return outcome;
    }

    private async Task<Outcome> Try(FeedRelease wanted, CancellationToken overtaken)
    {
        var (package, id) = (wanted.Release.Package, wanted.Release.ReleaseId);
        try
        {
            await pull.Run(wanted, overtaken);
            state.DiskIsFull = false;
            return Outcome.Came;
        }
        catch (OperationCanceledException) when (overtaken.IsCancellationRequested)
        {
            throw;
        }
        catch (DistributionException error)
        {
            log.LogError("{Package} {Release} refused: {Code} {Reason}", package, id, error.Code, error.Message);
            return Outcome.Failed;
        }
        catch (Exception error) when (FullDisk.Caused(error))
        {
            state.DiskIsFull = true;
            if (!FullDisk.WasForeseen(error))
                partials.Drop(id);
            log.LogError("No room for {Package} {Release}: {Reason}", package, id, error.Message);
            return Outcome.Failed;
        }
        catch (Exception error) when (Server.IsUnreachable(error, overtaken))
        {
            log.LogWarning("{Package} {Release} cut off: {Reason}; it will be resumed", package, id, error.Message);
            return Outcome.LinkFailed;
        }
        catch (Exception error)
        {
            log.LogError(error, "{Package} {Release} failed", package, id);
            return Outcome.Failed;
        }
    }

    private List<FeedRelease> Missing(IReadOnlyList<FeedRelease> wanted)
    {
        var held = shelf.Held.Select(h => h.Id).ToHashSet();
        var now = clock.Now;
        return [.. wanted.Where(w => !held.Contains(w.Release.ReleaseId) && !(w.Release.ValidUntil <= now))];
    }

    /// <summary>What has come before its time is put on the screen when the time has come.</summary>
    private TimeSpan UntilNextBegins(List<FeedRelease> missing)
    {
        if (missing.Count == 0)
            return TimeSpan.Zero;
        var wait = missing.Min(m => m.Release.ValidFrom ?? clock.Now) - clock.Now;
        return wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
            : wait < LongestWait ? wait
            : LongestWait;
    }

    private enum Outcome
    {
        Came,
        Failed,
        LinkFailed,
    }
}
