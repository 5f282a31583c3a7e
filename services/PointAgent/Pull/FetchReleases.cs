using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;
using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Pull;

/// <summary>Fetches what is wanted and not held, in the order given, and tries again what did not come.</summary>
internal sealed class FetchReleases(
    AgentOptions options,
    PullRelease pull,
    EvictReleases evict,
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

    /// <summary>What better comes later.</summary>
    private readonly Dictionary<Guid, PutOff> _putOff = [];

    /// <summary>Ends when <paramref name="overtaken"/> by news; until then the disk may spoil what is on the screen.</summary>
    public async Task All(IReadOnlyList<FeedRelease> wanted, CancellationToken overtaken)
    {
        var step = Shorter(options.Poll, TimeSpan.FromSeconds(5));
        var backoff = new Backoff(step, LongestWait);
        _putOff.Clear();
        try
        {
            while (true)
            {
                try
                {
                    await Round(wanted, backoff, step, overtaken);
                }
                catch (Exception error) when (!overtaken.IsCancellationRequested)
                {
                    log.LogError(error, "Fetching failed; it is tried again");
                    await Task.Delay(backoff.Failed(), time, overtaken);
                }
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

    /// <summary>One go at everything that is missing, and the wait until there is something to do again.</summary>
    private async Task Round(
        IReadOnlyList<FeedRelease> wanted,
        Backoff backoff,
        TimeSpan step,
        CancellationToken overtaken
    )
    {
        partials.KeepOnly(wanted.Select(w => w.Release.ReleaseId).ToHashSet());
        shelf.Tidy();
        var missing = Missing(wanted);
        var before = missing.Sum(m => partials.BytesOf(m.Release.ReleaseId));
        var haveCome = await Try(missing, overtaken);
        // A link that drops often is still a link: what came further needs no longer and longer waits.
        if (missing.Sum(m => partials.BytesOf(m.Release.ReleaseId)) - before >= WorthGoingOn)
            backoff.Succeeded();
        if (!haveCome)
            await Task.Delay(backoff.Failed(), time, overtaken);
        // In short steps: the clock may be set right meanwhile, and the disk may spoil something.
        while (Missing(wanted).TrueForAll(IsPutOff))
            await Task.Delay(step, time, overtaken);
    }

    /// <summary>All from sticks first, which need no link, and what is left from the server.</summary>
    /// <returns>False when something is still left.</returns>
    private async Task<bool> Try(List<FeedRelease> missing, CancellationToken overtaken)
    {
        var left = missing;
        foreach (var way in (Way[])[pull.FromSticks, pull.FromServer])
        {
            var pending = left;
            left = [];
            for (var i = 0; i < pending.Count; i++)
            {
                Show(missing, left.Concat(pending.Skip(i)));
                if (IsPutOff(pending[i]))
                    continue;
                var one = await Try(pending[i], way, overtaken);
                if (one != Outcome.Came)
                    left.Add(pending[i]);
                if (one == Outcome.LinkFailed)
                    return false;
            }
        }
        Show(missing, left);
        return left.Count == 0;
    }

    /// <summary>What the officer sees: what was put off, and what is still to come.</summary>
    private void Show(List<FeedRelease> missing, IEnumerable<FeedRelease> left)
    {
        var ids = left.Select(l => l.Release.ReleaseId).ToHashSet();
        state.Queue =
        [
            .. missing
                .Select(m => (m.Release, m.Size, Put: _putOff.GetValueOrDefault(m.Release.ReleaseId)))
                .Where(m => m.Put is not null || ids.Contains(m.Release.ReleaseId))
                .Select(m => new Waiting(m.Release.Title, m.Size, m.Put?.Said)),
        ];
    }

    private bool IsPutOff(FeedRelease wanted) =>
        _putOff.TryGetValue(wanted.Release.ReleaseId, out var put) && put.Until > clock.Now;

    private async Task<Outcome> Try(FeedRelease wanted, Way way, CancellationToken overtaken)
    {
        var (package, id) = (wanted.Release.Package, wanted.Release.ReleaseId);
        try
        {
            _putOff.Remove(id);
            if (evict.Back(id) is { } back)
            {
                _putOff[id] = new(back, "evicted", "Đã gỡ để lấy chỗ cho nội dung cần hơn");
                return Outcome.Came;
            }
            var (came, put) = await way(wanted, overtaken);
            if (!came)
                return Outcome.Failed;
            state.DiskIsFull = false;
            if (put is not null)
                _putOff[id] = Due(wanted, put);
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
        catch (NoRoomException error)
        {
            state.DiskIsFull |= !error.IsQuota;
            log.LogError("No room for {Package} {Release}: {Reason}", package, id, error.Message);
            // What the quota lacks comes with news; what the disk lacks may come at any moment.
            _putOff[id] = new(
                error.IsQuota ? clock.Now + LongestWait : clock.Now,
                error.Message,
                error.IsQuota ? "Chờ chỗ: hết dung lượng đĩa dành cho nội dung" : "Chờ chỗ trống trên đĩa"
            );
            return error.IsQuota ? Outcome.Came : Outcome.Failed;
        }
        catch (Exception error) when (FullDisk.Caused(error))
        {
            state.DiskIsFull = true;
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
    private PutOff Due(FeedRelease wanted, PutOff put)
    {
        if (put.Until != wanted.DeltasBy)
            return put;
        state.NewsAt = state.NewsAt < put.Until ? state.NewsAt : put.Until;
        return put with { Until = put.Until + TimeToAsk };
    }

    private delegate Task<(bool Came, PutOff? Put)> Way(FeedRelease wanted, CancellationToken stop);

    private enum Outcome
    {
        Came,
        Failed,
        LinkFailed,
    }
}
