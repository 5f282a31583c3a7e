using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;
using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Pull;

/// <summary>Fetches what is wanted and not held, in the order given, and tries again what did not come.</summary>
internal sealed class FetchReleases(
    AgentOptions options,
    PullRelease pull,
    AskNeighbours neighbours,
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
    private DateTimeOffset _asOf;

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
        var missing = Missing(wanted);
        partials.KeepOnly(missing.Select(m => m.Release.ReleaseId).ToHashSet());
        shelf.Tidy();
        var before = missing.Sum(m => partials.BytesOf(m.Release.ReleaseId));
        var haveCome = await Try(missing, overtaken);
        // A link that drops often is still a link: what came further needs no longer and longer waits.
        if (missing.Sum(m => partials.BytesOf(m.Release.ReleaseId)) - before >= WorthGoingOn)
            backoff.Succeeded();
        if (!haveCome)
            await Task.Delay(backoff.Failed(), time, overtaken);
        // In short steps: the clock may be set right meanwhile, and the disk may spoil something.
        var asked = time.GetTimestamp();
        while (Missing(wanted) is var waiting && waiting.TrueForAll(IsPutOff))
        {
            await Task.Delay(step, time, overtaken);
            if (time.GetElapsedTime(asked) < neighbours.Later)
                continue;
            foreach (var one in waiting)
                await Try(one, pull.FromNeighbours, overtaken);
            asked = time.GetTimestamp();
        }
    }

    /// <summary>
    /// All from sticks and neighbours first, which need no link, and what is left from the server; but an alert does not wait for a film, however near
    /// that is.
    /// </summary>
    /// <returns>False when something is still left.</returns>
    private async Task<bool> Try(List<FeedRelease> missing, CancellationToken overtaken)
    {
        (Way Way, bool IsOverLink, bool? IsForUrgent)[] ways =
        [
            (pull.FromSticks, false, null),
            (pull.FromNeighbours, false, true),
            (pull.FromServer, true, true),
            (pull.FromNeighbours, false, false),
            (pull.FromServer, true, false),
        ];
        var (left, linkHasFailed) = (missing, false);
        foreach (var (way, isOverLink, isForUrgent) in ways)
        {
            var pending = left;
            left = [];
            for (var i = 0; i < pending.Count; i++)
            {
                Show(missing, left.Concat(pending.Skip(i)));
                var isUrgent = pending[i].Release.Priority == ReleasePriority.Urgent;
                if ((isForUrgent ?? isUrgent) == isUrgent && !(isOverLink && linkHasFailed))
                {
                    if (IsPutOff(pending[i]))
                        continue;
                    var one = await Try(pending[i], way, overtaken);
                    linkHasFailed |= one == Outcome.LinkFailed;
                    if (one == Outcome.Came)
                        continue;
                }
                left.Add(pending[i]);
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

    private bool IsPutOff(FeedRelease wanted)
    {
        var now = clock.Now;
        // A clock that was ahead may have put things off for months.
        if (now < _asOf)
            _putOff.Clear();
        _asOf = now;
        return _putOff.TryGetValue(wanted.Release.ReleaseId, out var put) && put.Until > now;
    }

    private async Task<Outcome> Try(FeedRelease wanted, Way way, CancellationToken overtaken)
    {
        var (package, id) = (wanted.Release.Package, wanted.Release.ReleaseId);
        try
        {
            _putOff.Remove(id, out var before);
            if (evict.Back(id) is { } back)
            {
                _putOff[id] = new(back, "evicted", "Đã gỡ để lấy chỗ cho nội dung cần hơn");
                return Outcome.Came;
            }
            var (came, put) = await way(wanted, overtaken);
            if (!came)
            {
                // It waits as before for what this way is not.
                if (before?.Until > clock.Now)
                    _putOff[id] = before;
                return Outcome.Failed;
            }
            state.DiskIsFull = false;
            if (put is not null)
                _putOff[id] = Due(wanted, put);
            if (put is not { IsToBeTold: false })
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
            partials.Clear(id);
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
