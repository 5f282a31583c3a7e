using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Pull;

/// <summary>Fetches what is wanted and not held, in the order given, and tries again what did not come.</summary>
internal sealed class FetchReleases(
    AgentOptions options,
    PullRelease pull,
    PartialReleases partials,
    Shelf shelf,
    PullState state,
    TelemetryWorker telemetry,
    TrustedClock clock,
    TimeProvider time,
    ILogger<FetchReleases> log
)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private const long WorthGoingOn = 64 * 1024;
    private static readonly TimeSpan TimeToAsk = TimeSpan.FromSeconds(15);

    /// <summary>The earliest time at which something that was put off is due.</summary>
    private DateTimeOffset? _comeAgain;

    /// <summary>Ends when everything is on the screen, or when <paramref name="overtaken"/> by news.</summary>
    public async Task All(IReadOnlyList<FeedRelease> wanted, CancellationToken overtaken)
    {
        var first = options.Poll < TimeSpan.FromSeconds(5) ? options.Poll : TimeSpan.FromSeconds(5);
        var backoff = new Backoff(first, LongestWait);
        try
        {
            partials.KeepOnly(wanted.Select(w => w.Release.ReleaseId).ToHashSet());
            shelf.Tidy();
            while (Missing(wanted) is { Count: > 0 } missing)
            {
                _comeAgain = null;
                var before = missing.Sum(m => partials.BytesOf(m.Release.ReleaseId));
                var haveCome = await Try(missing, overtaken);
                // A link that drops often is still a link: what came further needs no longer and longer waits.
                if (missing.Sum(m => partials.BytesOf(m.Release.ReleaseId)) - before >= WorthGoingOn)
                    backoff.Succeeded();
                var wait = haveCome ? UntilNextIsDue() : backoff.Failed();
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

    /// <summary>All from sticks first, which need no link, and what is left from the server.</summary>
    /// <returns>False when something is still left.</returns>
    private async Task<bool> Try(List<FeedRelease> missing, CancellationToken overtaken)
    {
        foreach (var way in (Way[])[pull.FromSticks, pull.FromServer])
        {
            var left = new List<FeedRelease>();
            for (var i = 0; i < missing.Count; i++)
            {
                state.Queue = [.. left.Concat(missing.Skip(i)).Select(m => new Waiting(m.Release.Title, m.Size))];
                var one = await Try(missing[i], way, overtaken);
                if (one != Outcome.Came)
                    left.Add(missing[i]);
                if (one == Outcome.LinkFailed)
                    break;
            }
            missing = left;
        }
        return missing.Count == 0;
    }

    private async Task<Outcome> Try(FeedRelease wanted, Way way, CancellationToken overtaken)
    {
        var (package, id) = (wanted.Release.Package, wanted.Release.ReleaseId);
        try
        {
            var (came, due) = await way(wanted, overtaken);
            if (!came)
                return Outcome.Failed;
            state.DiskIsFull = false;
            if (due is { } later)
                Await(wanted, later);
            telemetry.Hurry();
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
        catch (WrongAnswerException error)
        {
            log.LogWarning("{Package} {Release} not given by the mirror: {Reason}", package, id, error.Message);
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

    /// <summary>
    /// What waits for its deltas is due a little after they are promised: the point has to ask for news before it knows of them.
    /// </summary>
    private void Await(FeedRelease wanted, DateTimeOffset due)
    {
        if (due == wanted.DeltasBy)
        {
            state.NewsAt = state.NewsAt < due ? state.NewsAt : due;
            due += TimeToAsk;
        }
        _comeAgain = _comeAgain < due ? _comeAgain : due;
    }

    private TimeSpan UntilNextIsDue()
    {
        if (_comeAgain is not { } due)
            return TimeSpan.Zero;
        var wait = due - clock.Now;
        return wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
            : wait < LongestWait ? wait
            : LongestWait;
    }

    private delegate Task<(bool Came, DateTimeOffset? ComeAgain)> Way(FeedRelease wanted, CancellationToken stop);

    private enum Outcome
    {
        Came,
        Failed,
        LinkFailed,
    }
}
