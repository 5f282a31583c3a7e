using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>A link that costs money: no more goes over it in a month than may.</summary>
public sealed class BudgetTests : IAsyncLifetime
{
    private const string Waits = "Chờ sang tháng sau: hết dung lượng tháng";
    private readonly SetClock _time = new("2027-01-31 21:00");
    private Headquarters _headquarters = null!;

    public async ValueTask InitializeAsync() => _headquarters = await Headquarters.Open(_time);

    public ValueTask DisposeAsync() => _headquarters.DisposeAsync();

    [Fact]
    public async Task What_does_not_fit_waits_for_the_next_month_and_smaller_things_behind_it_come()
    {
        await using var point = await Open(budget: 2_000_000);
        var film = await _headquarters.Publish("a/film", 1, [Made.Film(1, 5_000_000)], Priority);
        await _headquarters.Publish("a/text", 1, [Made.Page("một")]);
        await point.Shows("a/text", 1);
        await Says(point, "Lớn hơn dung lượng của cả một tháng");
        await WaysTests.Tells(_headquarters, film, "put off until 2027-01-31 17:00:00Z: the whole pack");

        Assert.Equal(0, _headquarters.BytesServed(film.Pack.PlanePath));
        Assert.Contains(
            point.Log,
            l => l.Contains("put off until 2027-01-31 17:00:00Z: the whole pack", StringComparison.Ordinal)
        );
        Assert.Contains(
            "trên 1,9 MB, trong đó 195 KB dành cho tin khẩn",
            await point.Page("/trang-thai"),
            StringComparison.Ordinal
        );
        await point.Stop();
        point.Told = o => o with { MonthlyBytes = 8_000_000 };
        await point.Start();
        await point.Shows("a/film", 1);
        Assert.DoesNotContain("Lớn hơn", await point.Page("/trang-thai"), StringComparison.Ordinal);
        await WaysTests.Tells(_headquarters, film, "bytes left this month");
    }

    [Fact]
    public async Task A_transfer_that_reaches_the_limit_stops_and_goes_on_in_the_next_month()
    {
        await using var point = await Open(budget: 4_000_000);
        var film = await _headquarters.Build("a/film", 1, [Made.Film(1, 3_000_000)]);
        var isCrawling = true;
        BadLink.Crawl(_headquarters, film.Pack.PlanePath, milliseconds: 100, () => isCrawling);
        _headquarters.Announce(film);
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() > 300_000));
        // Something else takes what it would have needed.
        point.Services.GetRequiredService<LinkBudget>().Count(2_500_000);
        await WaysTests.Tells(_headquarters, film, "put off until 2027-01-31 17:00:00Z");
        await Says(point, Waits);
        var sent = _headquarters.BytesServed(film.Pack.PlanePath);
        var kept = point.BytesPulled();
        Assert.InRange(kept, 300_000, 2_000_000);
        await _headquarters.Publish("a/text", 1, [Made.Page("một")], r => r with { Priority = ReleasePriority.Urgent });
        await point.Shows("a/text", 1);
        Assert.Null(point.Shelf.Find("a/film"));

        isCrawling = false;
        _time.Set("2027-02-01 00:01");
        await point.Shows("a/film", 1);
        Assert.Equal(Made.Noise(1, 3_000_000), await point.File("/r/a/film/phim.mp4"));
        var again = _headquarters.BytesServed(film.Pack.PlanePath) - sent;
        // What had come of a frame is not in a file yet.
        Assert.InRange(again, film.Pack.Size - kept - 64 * 1024, film.Pack.Size - kept + 128 * 1024);
        Assert.InRange(Used(point), again, again + 1_000_000);
    }

    [Fact]
    public async Task A_delta_that_is_cut_off_by_the_limit_goes_on_at_the_byte()
    {
        var film = Made.Noise(1, 200_000);
        var first = await _headquarters.Publish("a/b", 1, [Made.Film(film)]);
        await using var point = await Open(budget: 3_000_000);
        await point.Shows("a/b", 1);
        var second = await _headquarters.Build("a/b", 2, [Made.Film(film), Made.Film(2, 1_500_000, "them.mp4")]);
        var delta = await _headquarters.Delta(first, second);
        var isCrawling = true;
        BadLink.Crawl(_headquarters, delta.Delta.PlanePath, milliseconds: 100, () => isCrawling);
        _headquarters.Announce(second, deltas: [delta]);
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() > 200_000));
        point.Services.GetRequiredService<LinkBudget>().Count(2_000_000);
        await Says(point, Waits);
        var kept = point.BytesPulled();

        isCrawling = false;
        _headquarters.Served.Clear();
        _time.Set("2027-02-01 00:01");
        await point.Shows("a/b", 2);
        var asked = Assert.Single(_headquarters.Asked);
        Assert.Equal($"bytes={kept}-{delta.Delta.Size - 1}", asked.Range);
    }

    [Fact]
    public async Task What_is_urgent_uses_the_reserve_and_no_more_than_that()
    {
        await using var point = await Open(budget: 2_000_000, reserve: 800_000);
        point.Services.GetRequiredService<LinkBudget>().Count(1_000_000);
        var plain = await _headquarters.Publish("a/plain", 1, [Made.Film(1, 500_000)]);
        await _headquarters.Publish("a/urgent", 1, [Made.Film(2, 500_000)], Urgent);
        await point.Shows("a/urgent", 1);
        var large = await _headquarters.Publish("a/large", 1, [Made.Film(3, 900_000)], Urgent);
        await Eventually.Holds(async () => (await point.Page("/trang-thai")).Split(Waits).Length == 3);
        Assert.Equal(0, _headquarters.BytesServed(plain.Pack.PlanePath));
        Assert.Equal(0, _headquarters.BytesServed(large.Pack.PlanePath));
    }

    [Theory]
    [InlineData(WrongDeltaTests.Fault.NotThere)]
    [InlineData(WrongDeltaTests.Fault.WrongFrame)]
    [InlineData(WrongDeltaTests.Fault.LoginPage)]
    public async Task A_delta_that_fails_does_not_become_a_pack_that_may_not_come(WrongDeltaTests.Fault fault)
    {
        await using var update = await Update.Prepare(time: _time, told: o => o with { MonthlyBytes = 30_000_000 });
        var (headquarters, point, delta) = (update.Headquarters, update.Point, update.Delta.Delta);
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != delta.PlanePath)
                return false;
            await WrongDeltaTests.Answer(fault, http, await File.ReadAllBytesAsync(headquarters.PathOf(path)), update);
            return true;
        };
        var budget = point.Services.GetRequiredService<LinkBudget>();
        budget.Count((int)budget.Left(isUrgent: false) - 500_000);
        update.IsAnnounced();
        await Says(point, Waits);
        var asked = headquarters.Asked.Count(a => a.Path == delta.PlanePath);
        await WaysTests.Tells(headquarters, update.Next, "that delta led nowhere");
        await WaysTests.Tells(headquarters, update.Next, "bytes left this month");
        // News does not make it try the delta again.
        await headquarters.Publish("a/text", 1, [Made.Page("một")]);
        await point.Shows("a/text", 1);

        Assert.Equal(asked, headquarters.Asked.Count(a => a.Path == delta.PlanePath));
        Assert.Equal(0, headquarters.BytesServed(update.Next.Pack.PlanePath));
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
        _time.Set("2027-02-01 00:01");
        await update.IsShown();
    }

    [Fact]
    public async Task A_recall_and_what_is_told_go_when_nothing_is_left()
    {
        var bad = await _headquarters.Publish("a/bad", 1, [Made.Page("sai")]);
        await using var point = await Open(budget: 1_000_000);
        await point.Shows("a/bad", 1);
        point.Services.GetRequiredService<LinkBudget>().Count(2_000_000);
        await _headquarters.Publish("a/urgent", 1, [Made.Page("lũ")], Urgent);
        await Says(point, Waits);
        _headquarters.Recall(bad);
        await point.ShowsNot("a/bad");
        await Eventually.Holds(() =>
            Task.FromResult(_headquarters.EventsOf("removed").Any(e => (string?)e["reason"] == "recalled"))
        );
        Assert.Null(point.Shelf.Find("a/urgent"));
    }

    [Fact]
    public async Task What_was_used_is_known_after_a_restart_and_after_a_kill_and_never_less_than_it_was()
    {
        await using var killed = await Killed.Prepare(news: 600_000, monthlyBytes: 50_000_000);
        var before = Used(killed);
        Assert.InRange(before, killed.Served + 1_000, killed.Served + 500_000);
        await killed.Agent.Kill();
        Assert.InRange(Used(killed), before, before + 128 * 1024);
        await killed.Agent.Start();
        killed.Headquarters.Announce(killed.Next, deltas: [killed.Delta]);
        await killed.IsShown();
        await killed.Agent.Kill();
        Assert.InRange(Used(killed), before + 600_000, before + 1_200_000);
    }

    [Fact]
    public async Task Everything_is_counted_and_told_at_the_next_start()
    {
        await using var point = await Open(budget: 50_000_000);
        await _headquarters.Publish("a/film", 1, [Made.Film(1, 1_000_000)]);
        await point.Shows("a/film", 1);
        var used = Used(point);
        // Headers, metadata, enrolment, telemetry.
        Assert.InRange(
            used,
            _headquarters.Served.Sum(s => s.Bytes) + 1_000,
            _headquarters.Served.Sum(s => s.Bytes) + 500_000
        );
        await point.Stop();
        await point.Start();
        Assert.InRange(Used(point), used, used + 100_000);
    }

    [Theory]
    [InlineData("2028-01-31 21:00")]
    [InlineData("2027-03-10 21:00")]
    [InlineData("2026-01-31 21:00")]
    public async Task A_clock_that_is_wrong_gives_no_second_budget(string wrong)
    {
        await _headquarters.Publish("a/text", 1, [Made.Page("một")]);
        await using var point = await Open(budget: 2_000_000);
        await point.Shows("a/text", 1);
        point.Services.GetRequiredService<LinkBudget>().Count(1_000_000);
        _time.Set(wrong);
        point.Services.GetRequiredService<LinkBudget>().Count(1);
        Assert.InRange(Used(point), 1_000_000, 1_500_000);
        await point.Stop();
        await point.Start();
        await Eventually.Holds(() =>
            Task.FromResult(
                point.Services.GetRequiredService<PullState>().LastContact is not null
                    || point.Services.GetRequiredService<PullState>().Trouble is not null
            )
        );
        Assert.InRange(Used(point), 1_000_000, 1_500_000);

        _time.Set("2027-01-31 21:05");
        Assert.InRange(Used(point), 1_000_000, 1_600_000);
        _time.Set("2027-02-01 00:01");
        Assert.InRange(Used(point), 0, 100_000);
        _time.Set("2027-01-31 23:59");
        point.Services.GetRequiredService<LinkBudget>().Count(500_000);
        _time.Set("2027-02-01 00:02");
        Assert.InRange(Used(point), 500_000, 700_000);
    }

    private Task<Point> Open(long budget, long? reserve = null) =>
        Point.Open(_headquarters, _time, o => o with { MonthlyBytes = budget, UrgentReserveBytes = reserve });

    private static long Used(Point point) => point.Services.GetRequiredService<LinkBudget>().Used;

    private static long Used(Killed killed)
    {
        using var db = new AgentDb(killed.Folder);
        return db.Read(c => c.Scalar<long>("SELECT value FROM count WHERE name LIKE 'link:2%'"));
    }

    private static ReleaseDescription Priority(ReleaseDescription r) => r with { Priority = ReleasePriority.Priority };

    private static ReleaseDescription Urgent(ReleaseDescription r) => r with { Priority = ReleasePriority.Urgent };

    private static Task Says(Point point, string what) =>
        Eventually.Holds(async () => (await point.Page("/trang-thai")).Contains(what, StringComparison.Ordinal));
}
