using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Sticks;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;
using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Asks for news at its interval and fetches what is missing in between. Asking goes on during a transfer, which may take an
/// hour: news interrupts it, so that an alert overtakes a film and a recall waits for nothing; the film then goes on where it was. A stick interrupts
/// both.
/// </summary>
internal sealed class PullWorker(
    AgentOptions options,
    FollowFeeds feeds,
    FetchReleases fetch,
    HeldRequest held,
    StickWatch sticks,
    ImportStick import,
    Shelf shelf,
    EnrolPoint enrolment,
    TelemetryWorker telemetry,
    PullState state,
    Ballast ballast,
    TrustedClock clock,
    TimeProvider time,
    ILogger<PullWorker> log
) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private readonly Backoff _backoff = Backoff.For(options.Poll);
    private TimeSpan _untilPoll = TimeSpan.Zero;
    private KnownFeeds? _trusted;

    /// <summary>Before the portal serves its first page: what is known to be recalled must not be on it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Try(shelf.Check);
        _trusted = await Trusted(cancellationToken);
        Follow(_trusted);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            ComeBy();
            var known = _trusted;
            while (!stoppingToken.IsCancellationRequested)
            {
                var wanted = Follow(known);
                telemetry.Hurry();
                using var overtaken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                // Aside: it may read and hash for minutes before it waits for anything.
                var fetching = Task.Run(() => fetch.All(wanted, overtaken.Token), CancellationToken.None);
                try
                {
                    known = await News(known, stoppingToken);
                }
                finally
                {
                    await overtaken.CancelAsync();
                    await fetching;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogInformation("Stopping");
        }
    }

    private async Task<KnownFeeds?> Trusted(CancellationToken stop)
    {
        try
        {
            return await feeds.FromTrusted(stop);
        }
        catch (DistributionException error)
        {
            log.LogError("The metadata kept is not usable: {Code} {Reason}", error.Code, error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Note(error);
        }
        return null;
    }

    /// <summary>What to fetch, even if what must go could not be written down: <see cref="Tend"/> tries that again.</summary>
    private IReadOnlyList<FeedRelease> Follow(KnownFeeds? known)
    {
        if (known is null)
            return [];
        Try(() => feeds.Hear(known));
        var wanted = feeds.Wanted(known);
        Try(() => feeds.TakeOff(known, wanted));
        return wanted;
    }

    /// <summary>Waits for the next time to ask, asks, and so on until there is something new, or a stick from which to fetch.</summary>
    private async Task<KnownFeeds?> News(KnownFeeds? known, CancellationToken stop)
    {
        while (true)
        {
            await UntilPoll(stop);
            if (sticks.Next() is { } stick)
            {
                _untilPoll = TimeSpan.Zero;
                return await import.Run(stick, stop) ?? known;
            }
            var news = await TryPoll(stop);
            if (sticks.AnyWaits && await feeds.IsReady(stop))
                sticks.PointIsReady();
            if (news is not null)
                return news;
        }
    }

    private async Task UntilPoll(CancellationToken stop)
    {
        var wasEnrolled = enrolment.Identity is not null;
        var since = time.GetTimestamp();
        while (
            time.GetElapsedTime(since) is var waited
            && waited < _untilPoll
            && await Pause(Shorter(Tick, _untilPoll - waited), stop)
        )
        {
            Tend(isHeld: false);
            if (!wasEnrolled && enrolment.Identity is not null)
                return;
            if (state.NewsAt <= clock.Now)
            {
                state.NewsAt = null;
                return;
            }
        }
    }

    private async Task<KnownFeeds?> TryPoll(CancellationToken stop)
    {
        try
        {
            if (await Ask(stop) is not { } answer)
            {
                _untilPoll = _backoff.Failed();
                return null;
            }
            _backoff.Succeeded();
            _untilPoll = answer.Feeds.Complete
                ? held.Answered(answer.Promised, answer.HasChanged)
                : held.Failed() ?? Backoff.Jitter(options.Poll);
            state.Trouble = null;
            // What was learnt could be written down, and nothing waits for room.
            state.DiskIsFull &= state.Queue.Count > 0;
            Try(ballast.TakeBack);
            if (answer.AreNew)
                return answer.Feeds;
            telemetry.Hurry();
            return null;
        }
        catch (Exception) when (sticks.Arrival.IsCompleted && !stop.IsCancellationRequested)
        {
            // Asked again once the stick is read.
            return null;
        }
        catch (DistributionException error)
        {
            state.Trouble =
                "Dữ liệu nhận được không đúng chữ ký hoặc đã quá hạn nên không dùng; nội dung đang có vẫn giữ nguyên.";
            log.LogError("Metadata refused: {Code} {Reason}; what is on the screen stays", error.Code, error.Message);
        }
        catch (Exception error) when (Server.IsUnreachable(error, stop))
        {
            if (held.Failed() is { } soon)
            {
                log.LogInformation("The request that waited for news ended: {Reason}", error.Message);
                _untilPoll = soon;
                return null;
            }
            state.Trouble = "Chưa liên lạc được với máy chủ; điểm tự thử lại. Nội dung đang có vẫn xem được.";
            log.LogWarning("No contact with {Server}: {Reason}", options.ServerRoot, error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Note(error);
        }
        held.Failed();
        _untilPoll = _backoff.Failed();
        return null;
    }

    private async Task<PollAnswer?> Ask(CancellationToken stop)
    {
        var hold = held.Begin();
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = feeds.Poll(hold, interrupted.Token);
        try
        {
            while (await Task.WhenAny(asking, Pause(Tick, stop)) != asking)
            {
                if (sticks.Arrival.IsCompleted)
                {
                    await interrupted.CancelAsync();
                    break;
                }
                state.IsHeld = hold > TimeSpan.Zero;
                Tend(state.IsHeld);
            }
            return await asking;
        }
        finally
        {
            state.IsHeld = false;
        }
    }

    /// <returns>False when a stick cut it short.</returns>
    private async Task<bool> Pause(TimeSpan span, CancellationToken stop)
    {
        ComeBy();
        var arrival = sticks.Arrival;
        await Task.WhenAny(Task.Delay(span, time, stop), arrival);
        stop.ThrowIfCancellationRequested();
        return !arrival.IsCompleted;
    }

    private void ComeBy() => state.CameBy = time.GetTimestamp();

    /// <summary>What is due in between; also settles what a full disk left unsettled.</summary>
    private void Tend(bool isHeld)
    {
        var now = clock.Now;
        Try(() =>
        {
            shelf.Remove(shelf.Kept.Where(r => r.ValidUntil <= now).Select(r => (r, "expired")));
            if (isHeld && feeds.TellPresence())
                telemetry.Hurry();
        });
    }

    /// <summary>Whatever the disk does: the portal goes on, and this is tried again.</summary>
    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error)
        {
            Note(error);
        }
    }

    private void Note(Exception error)
    {
        if (FullDisk.Caused(error))
        {
            state.DiskIsFull = true;
            var gave = ballast.GiveUp();
            log.LogError("The disk is full: {Reason}; reserve given up: {Gave}", error.Message, gave);
            return;
        }
        state.Trouble = FailingDisk.Caused(error)
            ? "Đĩa của máy bị lỗi khi đọc hoặc ghi; điểm tự thử lại. Nếu còn lỗi, hãy báo Sở để thay đĩa."
            : "Chương trình gặp lỗi khi cập nhật; điểm tự thử lại.";
        log.LogError(error, "Following the feeds failed; what is on the screen stays, and it is tried again");
    }
}
