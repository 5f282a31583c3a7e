using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Telemetry;

/// <summary>When what happened is told: with the news themselves, or soon after the link is back.</summary>
public sealed class TelemetryWorkerTests : IAsyncLifetime
{
    private static readonly TimeSpan Report = TimeSpan.FromHours(5);
    private Headquarters _headquarters = null!;

    public async ValueTask InitializeAsync() => _headquarters = await Headquarters.Open();

    public ValueTask DisposeAsync() => _headquarters.DisposeAsync();

    [Fact]
    public async Task News_are_told_at_once_however_long_there_was_nothing_to_tell()
    {
        _headquarters.Hold = TimeSpan.FromMinutes(5);
        var time = new QuickTime(wait => wait == Report);
        await using var point = await Point.Open(_headquarters, time, told: o => o with { Report = Report });
        await Eventually.Holds(() => Task.FromResult(time.Shortened > 20));
        time.IsQuick = false;
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);

        await Eventually.Holds(() => Task.FromResult(_headquarters.EventsOf("shown").Any()));
    }

    [Fact]
    public async Task What_a_cut_link_kept_back_is_told_soon_and_not_at_the_next_regular_time()
    {
        _headquarters.Hold = TimeSpan.FromMinutes(5);
        var time = new QuickTime(wait => wait.TotalSeconds is > 10 and < 200);
        var cuts = 0;
        _headquarters.BeforeEventsAnswer = http =>
        {
            if (_headquarters.EventsOf("shown").Any() && Interlocked.Increment(ref cuts) <= 4)
                http.Abort();
        };
        await using var point = await Point.Open(_headquarters, time, told: o => o with { Report = Report });
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);

        await Eventually.Holds(() => Task.FromResult(cuts > 4 && point.EventsKept == 0));
    }

    /// <summary>The machine's time, in which some waits are over at once.</summary>
    private sealed class QuickTime(Predicate<TimeSpan> isShortened) : TimeProvider
    {
        private int _shortened;

        public bool IsQuick { get; set; } = true;

        public int Shortened => Volatile.Read(ref _shortened);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (!IsQuick || !isShortened(dueTime))
                return base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _shortened);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(10), period);
        }
    }
}
