using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Pull;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>A request that waits at the server for news: what is urgent need not wait for the next time to ask.</summary>
public sealed class HeldRequestTests : IAsyncLifetime
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(5);
    private Headquarters _headquarters = null!;

    public async ValueTask InitializeAsync() => _headquarters = await Headquarters.Open();

    public ValueTask DisposeAsync() => _headquarters.DisposeAsync();

    [Fact]
    public async Task News_and_recalls_come_at_once_to_a_point_that_asks_every_few_hours()
    {
        _headquarters.Hold = TimeSpan.FromMinutes(5);
        await _headquarters.Publish("x/first", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: o => o with { Poll = Never });
        await point.Shows("x/first", 1);
        await Asked(2);

        var alert = await _headquarters.Publish("x/alert", 1, [Made.Page("lũ quét")]);
        await point.Shows("x/alert", 1);
        await Asked(3);
        _headquarters.Recall(alert);
        await point.ShowsNot("x/alert");

        // One that was held for each, and not held the first alone.
        Assert.InRange(Timestamps, 3, 4);
    }

    [Fact]
    public async Task While_a_film_crawls_in_an_alert_and_a_recall_come_at_once_and_the_film_goes_on()
    {
        _headquarters.Hold = TimeSpan.FromMinutes(5);
        var first = await _headquarters.Publish("x/first", 1, [Made.Page("một")]);
        var film = await _headquarters.Publish("x/film", 1, [Made.Film(1, 3_000_000)]);
        var pack = film.Pack.PlanePath;
        var isSlow = true;
        BadLink.Crawl(_headquarters, pack, milliseconds: 300, () => isSlow);
        await using var point = await Point.Open(_headquarters, told: o => o with { Poll = Never });
        await point.Shows("x/first", 1);
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() > 100_000));
        await Asked(2);

        await _headquarters.Publish(
            "x/alert",
            1,
            [Made.Page("lũ quét")],
            r => r with { Priority = ReleasePriority.Urgent }
        );
        await point.Shows("x/alert", 1);
        await Crawls(again: 1);
        _headquarters.Recall(first);
        await point.ShowsNot("x/first");
        Assert.Null(point.Shelf.Find("x/film"));
        await Crawls(again: 2);
        isSlow = false;
        await _headquarters.Publish("x/other", 1, [Made.Page("khác")]);
        await point.Shows("x/film", 1);

        // No more twice, each time, than what had come of a frame, and what was on its way.
        Assert.InRange(_headquarters.BytesServed(pack), film.Pack.Size, film.Pack.Size + 3 * 128 * 1024);

        Task Crawls(int again) =>
            Eventually.Holds(() =>
                Task.FromResult(_headquarters.Served.Where(s => s.Path == pack).Skip(again).Any(s => s.Bytes > 0))
            );
    }

    [Fact]
    public async Task The_point_says_that_it_is_there_while_its_request_stands()
    {
        _headquarters.Hold = TimeSpan.FromMinutes(5);
        await _headquarters.Publish("x/first", 1, [Made.Page("một")]);
        await using var point = await Point.Open(
            _headquarters,
            told: o => o with { Poll = Never, Report = Never, Heartbeat = TimeSpan.FromSeconds(6) }
        );
        await point.Shows("x/first", 1);

        await Eventually.Holds(() => Task.FromResult(_headquarters.EventsOf("contact").Count() >= 3));

        Assert.Equal(2, Timestamps);
        Assert.Contains("Điểm đang nối với máy chủ", await point.Page("/"), StringComparison.Ordinal);
        Assert.Contains("đang nối với máy chủ", await point.Page("/trang-thai"), StringComparison.Ordinal);
        // And no longer than it stands.
        _headquarters.Misbehave = (http, _) =>
        {
            http.Abort();
            return Task.FromResult(true);
        };
        await _headquarters.Publish("x/second", 1, [Made.Page("hai")]);
        await Eventually.Passes(async () =>
            Assert.Contains("Nội dung được cập nhật", await point.Page("/"), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_server_that_does_not_hold_is_asked_at_the_interval_and_told_of_little()
    {
        await using var point = await Point.Open(_headquarters, told: o => o with { Poll = TimeSpan.FromSeconds(0.2) });
        await Asked(20);

        Assert.Single(_headquarters.EventsOf("contact"));
    }

    [Fact]
    public async Task Where_held_requests_break_it_asks_at_the_interval_and_knows_that_the_link_is_there()
    {
        var broken = 0;
        _headquarters.Misbehave = async (http, path) =>
        {
            if (!path.EndsWith("timestamp.json", StringComparison.Ordinal) || http.Request.Headers["Prefer"].Count == 0)
                return false;
            Interlocked.Increment(ref broken);
            http.Abort();
            return true;
        };
        await using var point = await Point.Open(_headquarters, told: o => o with { Poll = TimeSpan.FromSeconds(4) });

        await Eventually.Holds(() => Task.FromResult(Volatile.Read(ref broken) == 3));
        var asked = Timestamps;
        await Asked(asked + 3);

        Assert.Equal(3, broken);
        Assert.DoesNotContain(
            "Chưa liên lạc được",
            await point.Client.GetStringAsync("/trang-thai"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task News_that_are_wrong_are_named_and_cost_a_detour()
    {
        _headquarters.Misbehave = async (http, path) =>
        {
            if (!path.Contains(".news.", StringComparison.Ordinal))
                return false;
            await http.Response.WriteAsync("<html>Đăng nhập</html>");
            return true;
        };
        await _headquarters.Publish("x/first", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters);
        await point.Shows("x/first", 1);
        await _headquarters.Publish("x/first", 2, [Made.Page("hai")]);
        await point.Shows("x/first", 2);

        Assert.Contains(point.Log, line => line.Contains("gave wrong news", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_stood_for_the_interval_is_asked_again_at_once_and_a_day_after_giving_up_it_is_tried_anew()
    {
        var time = new Clock();
        var options = new AgentOptions
        {
            DataFolder = "",
            Urls = "",
            Poll = TimeSpan.FromMinutes(15),
            Hold = TimeSpan.FromHours(3),
        };
        var held = new HeldRequest(options, time);
        Assert.Equal(TimeSpan.Zero, held.Begin());
        Assert.Equal(TimeSpan.Zero, held.Answered(null, hasChanged: true));

        Assert.Equal(options.Hold, held.Begin());
        time.Pass(options.Hold);
        Assert.Equal(TimeSpan.Zero, held.Answered(options.Hold, hasChanged: false));
        Assert.Equal(options.Hold, held.Begin());
        time.Pass(TimeSpan.FromMinutes(16));
        Assert.Equal(TimeSpan.Zero, held.Failed());

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(TimeSpan.Zero, held.Begin());
            held.Answered(null, hasChanged: false);
            Assert.Equal(options.Hold, held.Begin());
            time.Pass(TimeSpan.FromMinutes(5));
            Assert.InRange(held.Failed()!.Value.TotalSeconds, 12, 18);
        }
        Assert.Equal(TimeSpan.Zero, held.Begin());
        Assert.InRange(held.Answered(null, hasChanged: false).TotalMinutes, 12, 18);
        Assert.Equal(TimeSpan.Zero, held.Begin());
        time.Pass(TimeSpan.FromDays(1));
        Assert.Equal(options.Hold, held.Begin());
    }

    private int Timestamps =>
        _headquarters.Served.Count(s => s.Path.EndsWith("timestamp.json", StringComparison.Ordinal));

    private Task Asked(int times) => Eventually.Holds(() => Task.FromResult(Timestamps >= times));

    private sealed class Clock : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerDay;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
