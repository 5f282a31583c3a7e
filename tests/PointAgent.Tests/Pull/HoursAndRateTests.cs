using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Pull;
using LaiChau.Testing;
using Microsoft.Extensions.Configuration;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>A link that others need by day.</summary>
public sealed class HoursAndRateTests
{
    [Fact]
    public async Task Outside_its_hours_a_point_fetches_what_is_urgent_or_small()
    {
        var time = new SetClock("2027-01-15 12:00");
        await using var headquarters = await Headquarters.Open(time);
        var film = await headquarters.Publish("a/film", 1, [Made.Film(1, 500_000)]);
        await headquarters.Publish("a/text", 1, [Made.Page("một"), Made.Film(2, 100_000)]);
        await headquarters.Publish(
            "a/alert",
            1,
            [Made.Page("lũ"), Made.Film(3, 500_000)],
            r => r with { Priority = ReleasePriority.Urgent }
        );
        await using var point = await Open(headquarters, time);
        await point.Shows("a/alert", 1);
        await point.Shows("a/text", 1);
        await Waits(point);
        Assert.Equal(0, headquarters.BytesServed(film.Pack.PlanePath));

        time.Set("2027-01-15 20:00");
        await point.Shows("a/film", 1);
        Assert.DoesNotContain("Chờ đến", await point.Page("/trang-thai"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transfer_stops_when_the_hours_are_over_and_goes_on_when_they_begin_again()
    {
        var time = new SetClock("2027-01-15 04:00");
        await using var headquarters = await Headquarters.Open(time);
        var film = await headquarters.Build("a/film", 1, [Made.Film(1, 3_000_000)]);
        var isCrawling = true;
        BadLink.Crawl(headquarters, film.Pack.PlanePath, milliseconds: 100, () => isCrawling);
        headquarters.Announce(film);
        await using var point = await Open(headquarters, time);
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() > 300_000));
        time.Set("2027-01-15 06:00");
        await Waits(point);
        var (kept, sent) = (point.BytesPulled(), headquarters.BytesServed(film.Pack.PlanePath));
        await WaysTests.Tells(headquarters, film, "put off until 2027-01-15 13:00:00Z");

        isCrawling = false;
        time.Set("2027-01-15 21:00");
        await point.Shows("a/film", 1);
        Assert.Equal(Made.Noise(1, 3_000_000), await point.File("/r/a/film/phim.mp4"));
        Assert.InRange(
            headquarters.BytesServed(film.Pack.PlanePath) - sent,
            // What came of a frame that was begun is kept too, and not counted as pulled.
            film.Pack.Size
                - kept
                - 64 * 1024,
            film.Pack.Size - kept + 128 * 1024
        );
    }

    [Theory]
    [InlineData("05:59", null)]
    [InlineData("06:00", "12:00")]
    [InlineData("12:00", null)]
    [InlineData("13:30", "20:00")]
    [InlineData("20:00", null)]
    [InlineData("00:00", null)]
    public void Hours_hold_their_first_minute_and_not_their_last_and_go_over_midnight(string now, string? opens)
    {
        var windows = Told(("Windows", "20:00-06:00, 12:00-13:30")).Windows;
        var time = new SetClock("2027-01-15 " + now);
        var until = TimeWindow.ClosedUntil(windows, time.GetUtcNow());
        Assert.Equal(opens, until?.ToOffset(TimeSpan.FromHours(7)).ToString("HH:mm", null));
    }

    [Fact]
    public async Task Never_more_comes_than_the_cap_allows()
    {
        var time = new Rushing();
        var cap = new RateCap(new AgentOptions { DataFolder = "", BytesPerSecond = 8_000 }, time);
        var random = new Random(1);
        var (sum, since) = (0L, time.GetTimestamp());
        while (sum < 1_000_000)
        {
            var read = random.Next(1, 1 + await cap.Wait(64 * 1024, TestContext.Current.CancellationToken));
            Assert.InRange(read, 1, 8_000);
            cap.Spend(read);
            sum += read;
            Assert.InRange(sum, 0, 8_000 * (time.GetElapsedTime(since).TotalSeconds + 2));
        }
        Assert.InRange(time.GetElapsedTime(since).TotalSeconds, 123, 126);
    }

    [Fact]
    public async Task A_capped_transfer_takes_its_time_and_an_alert_does_not()
    {
        await using var headquarters = await Headquarters.Open();
        await using var point = await Point.Open(headquarters, told: o => o with { BytesPerSecond = 50_000 });
        await headquarters.Publish(
            "a/alert",
            1,
            [Made.Film(2, 2_000_000)],
            r => r with { Priority = ReleasePriority.Urgent }
        );
        await point.Shows("a/alert", 1);
        var since = TimeProvider.System.GetTimestamp();
        await headquarters.Publish("a/film", 1, [Made.Film(1, 300_000)]);
        await point.Shows("a/film", 1);
        // Slower may be the machine, faster only the point.
        Assert.True(TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("MonthlyBytes", "0")]
    [InlineData("MonthlyBytes", "10 MB")]
    [InlineData("UrgentReserveBytes", "-1")]
    [InlineData("UrgentReserveBytes", "2000")]
    [InlineData("BytesPerSecond", "0.5")]
    [InlineData("QuotaBytes", "ten")]
    [InlineData("Windows", "20:00")]
    [InlineData("Windows", "20:00-20:00")]
    [InlineData("Windows", "20:00-24:30")]
    [InlineData("Windows", "20:00-06:00;12:00-13:00")]
    public void A_setting_that_means_nothing_is_named(string name, string value)
    {
        var error = Assert.Throws<FormatException>(() => Told(("MonthlyBytes", "1000"), (name, value)));
        Assert.Contains($"Agent:{name}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_limited_that_was_not_told_to_be()
    {
        var told = Told();
        Assert.Equal((null, null, null), (told.MonthlyBytes, told.UrgentReserveBytes, told.BytesPerSecond));
        Assert.Empty(told.Windows);
        Assert.Equal(100, Told(("MonthlyBytes", "1000")).UrgentReserve);
        Assert.Equal(0, Told(("MonthlyBytes", "1000"), ("UrgentReserveBytes", "0")).UrgentReserve);
    }

    private static AgentOptions Told(params (string Name, string Value)[] settings) =>
        AgentOptions.From(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings
                        .Reverse()
                        .DistinctBy(s => s.Name)
                        .Select(s => KeyValuePair.Create("Agent:" + s.Name, (string?)s.Value))
                )
                .Build()
        );

    private static Task<Point> Open(Headquarters headquarters, TimeProvider time) =>
        Point.Open(headquarters, time, o => o with { Windows = [new(new(20, 0), new(6, 0))] });

    private static Task Waits(Point point) =>
        Eventually.Holds(async () =>
            (await point.Page("/trang-thai")).Contains("Chờ đến 20:00", StringComparison.Ordinal)
        );

    /// <summary>Who waits has waited already.</summary>
    private sealed class Rushing : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Add(ref _ticks, dueTime.Ticks);
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
