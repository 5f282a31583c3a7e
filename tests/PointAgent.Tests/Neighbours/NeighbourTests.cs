using System.Net;
using System.Net.Http.Json;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Tests.Pull;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>Points on one LAN behind one link: what one has fetched, the other does not fetch over the link again.</summary>
public sealed class NeighbourTests : IAsyncLifetime
{
    private static readonly (string, string, byte[])[] Files = [.. Made.Site(30), Made.Film(1, 3_000_000)];
    private readonly int _here = FreePort.Take();
    private readonly int _there = FreePort.Take();
    private Headquarters _headquarters = null!;

    public async ValueTask InitializeAsync() => _headquarters = await Headquarters.Open();

    public async ValueTask DisposeAsync() => await _headquarters.DisposeAsync();

    [Fact]
    public async Task A_release_that_a_neighbour_has_costs_the_link_nothing()
    {
        var noon = new SetClock("2027-01-15 12:00");
        await using var headquarters = await Headquarters.Open(noon);
        var release = await headquarters.Publish("a/b", 1, Files);
        await using var first = await Point.Open(headquarters, noon, NextDoor.At(_there, _here));
        await first.Shows("a/b", 1);
        headquarters.Served.Clear();
        // Less than the film, and no hour at which it may come.
        await using var second = await Point.Open(
            headquarters,
            noon,
            o =>
                NextDoor.At(_here, _there)(o) with
                {
                    MonthlyBytes = 2_000_000,
                    BytesPerSecond = 1_000,
                    Windows = [new(new(20, 0), new(6, 0))],
                }
        );
        await second.Shows("a/b", 1);

        NextDoor.NothingCameOverTheLink(headquarters);
        await WaysTests.HasAll(second, release, Files);
        Assert.InRange(second.Services.GetRequiredService<LinkBudget>().Used, 0, 200_000);
        await second.Keeps(Files.Sum(f => (long)f.Item3.Length));
        await NextDoor.TellsOfNeighbour(headquarters, release.Release.ReleaseId);
        var page = await second.Page("/trang-thai");
        Assert.Contains($"127.0.0.1:{_there}: đã lấy 3 MB", page, StringComparison.Ordinal);
        Assert.Contains("Đã chia cho máy bên cạnh 3 MB", await first.Page("/trang-thai"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_comes_from_next_door_too_and_only_what_has_changed()
    {
        await _headquarters.Publish("a/b", 1, Files);
        await using var first = await Point.Open(_headquarters, told: NextDoor.At(_there, _here));
        await first.Shows("a/b", 1);
        await using var second = await Point.Open(_headquarters, told: NextDoor.At(_here, _there));
        await second.Shows("a/b", 1);
        await second.Stop();
        (string, string, byte[])[] next =
        [
            .. Made.Site(30, (3, "mới")),
            Made.Film(1, 3_000_000),
            Made.Film(2, 500_000, "them.mp4"),
        ];
        var update = await _headquarters.Publish("a/b", 2, next);
        await first.Shows("a/b", 2);
        _headquarters.Served.Clear();
        await second.Start();
        await second.Shows("a/b", 2);
        NextDoor.NothingCameOverTheLink(_headquarters);
        await WaysTests.HasAll(second, update, next);
        Assert.InRange(second.Services.GetRequiredService<Neighbourhood>().Present[0].Taken, 500_000, 510_000);
    }

    [Fact]
    public async Task What_waits_for_the_next_month_comes_when_a_neighbour_has_it()
    {
        await using var poor = await Point.Open(
            _headquarters,
            told: o => NextDoor.At(_here, _there)(o) with { MonthlyBytes = 1_000_000 }
        );
        var release = await _headquarters.Publish("a/b", 1, Files);
        await Eventually.Holds(async () =>
            (await poor.Page("/trang-thai")).Contains("Lớn hơn dung lượng của cả một tháng", StringComparison.Ordinal)
        );
        await using var rich = await Point.Open(_headquarters, told: NextDoor.At(_there, _here));
        await rich.Shows("a/b", 1);
        // One that did not answer is left alone for a minute or so.
        await poor.Shows("a/b", 1, TimeSpan.FromMinutes(3));
        await NextDoor.TellsOfNeighbour(_headquarters, release.Release.ReleaseId);
    }

    [Fact]
    public async Task Of_two_that_want_the_same_one_fetches_it()
    {
        var film = Made.Film(1, 2_000_000);
        var release = await _headquarters.Build("a/b", 1, [film]);
        await using var first = await Point.Open(_headquarters, told: NextDoor.At(_there, _here));
        await using var second = await Point.Open(_headquarters, told: NextDoor.At(_here, _there));
        foreach (var point in (Point[])[first, second])
            await Eventually.Holds(() =>
                Task.FromResult(point.Services.GetRequiredService<PullState>().LastContact is not null)
            );
        BadLink.Crawl(_headquarters, release.Pack.PlanePath, milliseconds: 50, () => true);
        _headquarters.Announce(release);
        await Task.WhenAll(first.Shows("a/b", 1), second.Shows("a/b", 1));
        var asked = Assert.Single(_headquarters.Asked, a => a.Path == release.Pack.PlanePath);
        Assert.Equal(release.Pack.Size, asked.Bytes);
        Assert.Single(
            first.Log.Concat(second.Log),
            l => l.Contains("from the neighbour 127.0.0.1:", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Of_two_that_ask_each_other_at_the_same_moment_one_fetches_it()
    {
        var film = Made.Film(1, 300_000);
        var release = await _headquarters.Build("a/b", 1, [film]);
        await using var other = await Stranger.Open(release, [film]);
        using var client = new HttpClient();
        var (isAbout, hasIt) = (false, false);
        other.Lie = async (http, path) =>
        {
            if (path != "/v1/holdings" || hasIt)
                return false;
            long? coming = isAbout ? 0 : null;
            // It was not about to when the question came, and is before the answer has gone.
            if (!isAbout && await Says(asker: Guid.Empty) is not null)
            {
                Assert.Null(await Says(asker: Guid.AllBitsSet));
                isAbout = true;
            }
            await http.Response.WriteAsJsonAsync(
                new HoldingsAnswer(Guid.AllBitsSet, false, [], coming),
                AgentJson.Default.HoldingsAnswer
            );
            return true;
        };
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(_here, other.Port));
        _headquarters.Announce(release);
        await Eventually.Holds(async () =>
            (await point.Page("/trang-thai")).Contains("Chờ máy bên cạnh tải xong", StringComparison.Ordinal)
        );
        NextDoor.NothingCameOverTheLink(_headquarters);
        hasIt = true;
        await point.Shows("a/b", 1);
        NextDoor.NothingCameOverTheLink(_headquarters);

        async Task<long?> Says(Guid asker)
        {
            using var answer = await client.PostAsJsonAsync(
                new Uri($"http://127.0.0.1:{_here}/v1/holdings"),
                new HoldingsQuestion(asker, release.Release.ReleaseId, 0, []),
                AgentJson.Default.HoldingsQuestion
            );
            return (await answer.Content.ReadFromJsonAsync(AgentJson.Default.HoldingsAnswer))!.Coming;
        }
    }

    [Fact]
    public async Task Files_that_a_neighbour_of_another_audience_has_need_not_come_either()
    {
        var film = Made.Film(1, 3_000_000);
        await using var elsewhere = await Headquarters.Open(feeds: "huyen");
        var other = await elsewhere.Build("x/y", 1, [Made.Page("khác"), film]);
        elsewhere.Announce(other, feed: "huyen");
        await using var neighbour = await Point.Open(elsewhere, told: NextDoor.At(_there, _here));
        await neighbour.Shows("x/y", 1);

        var release = await _headquarters.Publish("a/b", 1, [Made.Page("của điểm này"), film]);
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(_here, _there));
        await point.Shows("a/b", 1);
        await WaysTests.HasAll(point, release, [Made.Page("của điểm này"), film]);
        Assert.InRange(_headquarters.BytesServed(release.Pack.PlanePath), 1, 150_000);
        Assert.Null(point.Shelf.Find("x/y"));
    }

    [Fact]
    public async Task A_point_without_a_link_gets_what_it_knows_of_from_next_door()
    {
        var release = await _headquarters.Publish("a/b", 1, Files);
        await using var first = await Point.Open(_headquarters, told: NextDoor.At(_there, _here));
        await first.Shows("a/b", 1);
        _headquarters.Misbehave = (http, path) =>
        {
            if (path.StartsWith("metadata/", StringComparison.Ordinal) || path.Contains("recalls.json"))
                return Task.FromResult(false);
            http.Abort();
            return Task.FromResult(true);
        };
        await _headquarters.Publish("a/not-here", 1, [Made.Page("ở máy chủ")]);
        await using var second = await Point.Open(_headquarters, told: NextDoor.At(_here, _there));
        await second.Shows("a/b", 1);
        await WaysTests.HasAll(second, release, Files);
        Assert.Null(second.Shelf.Find("a/not-here"));
    }

    [Fact]
    public async Task A_neighbour_that_is_not_there_asks_nothing_more_of_the_link()
    {
        await _headquarters.Publish("a/b", 1, Files);
        var asked = new List<string[]>();
        foreach (var told in (Func<AgentOptions, AgentOptions>[])[o => o, NextDoor.At(_here, _there)])
        {
            _headquarters.Served.Clear();
            await using var point = await Point.Open(
                _headquarters,
                told: o => told(o) with { Poll = TimeSpan.FromMinutes(10) }
            );
            await point.Shows("a/b", 1);
            asked.Add([.. _headquarters.Served.Select(s => $"{s.Path} {s.Range}").Distinct().Order()]);
        }
        Assert.Equal(asked[0], asked[1]);
    }

    [Fact]
    public async Task What_was_cut_off_goes_on_after_a_restart_where_it_was()
    {
        var film = Made.Film(1, 2_000_000);
        var release = await _headquarters.Publish("a/b", 1, [film]);
        await using var stranger = await Stranger.Open(release, [film]);
        var isFirst = true;
        stranger.Lie = async (http, path) =>
        {
            if (!isFirst || !path.StartsWith("/v1/files/", StringComparison.Ordinal))
                return false;
            await BadLink.SendRange(http, stranger[path.Split('/')[^1]], cutAfter: 1_000_000, hang: true);
            return true;
        };
        _headquarters.Misbehave = (_, path) => Task.FromResult(path == release.Pack.PlanePath);
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(_here, stranger.Port));
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() >= 1_000_000));
        await point.Stop();
        isFirst = false;
        await point.Start();
        await point.Shows("a/b", 1);
        // What was written after the last sync may be anything if the power went.
        var resumed = stranger.Asked.Last(a => a.Path.StartsWith("/v1/files/", StringComparison.Ordinal));
        Assert.InRange(long.Parse(resumed.Range[6..^1], null), 1_000_000 - 128 * 1024, 1_000_000);
        await WaysTests.HasAll(point, release, [film]);
    }

    [Fact]
    public async Task What_another_neighbour_began_is_ended_by_the_next()
    {
        var film = Made.Film(1, 2_000_000);
        var release = await _headquarters.Publish("a/b", 1, [film]);
        await using var dying = await Stranger.Open(release, [film]);
        await using var living = await Stranger.Open(release, [film]);
        dying.Lie = Dies(dying, after: 1_000_000);
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(_here, dying.Port, living.Port));
        await point.Shows("a/b", 1);
        Assert.Equal(0, _headquarters.BytesServed(release.Pack.PlanePath));
        if (dying.Asked.Any(a => a.Path.StartsWith("/v1/files/", StringComparison.Ordinal)))
            Assert.Contains(living.Asked, a => a.Range == "bytes=1000000-");
    }

    [Fact]
    public async Task What_came_before_a_neighbour_died_is_not_fetched_over_the_link()
    {
        (string, string, byte[])[] files = [Made.Film(1, 1_500_000), Made.Film(2, 400_000, "them.mp4")];
        var release = await _headquarters.Publish("a/b", 1, files);
        await using var dying = await Stranger.Open(release, files);
        var second = Sha256Digest.Of(files[1].Item3).ToString();
        dying.Lie = async (http, path) =>
            path.EndsWith(second, StringComparison.Ordinal) && await Dies(dying, after: 100_000)(http, path);
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(_here, dying.Port));
        await point.Shows("a/b", 1);
        Assert.InRange(_headquarters.BytesServed(release.Pack.PlanePath), 400_000, 450_000);
        await WaysTests.HasAll(point, release, files);
        await WaysTests.Tells(
            _headquarters,
            release,
            $"1 files, 1600000 bytes from the neighbour 127.0.0.1:{dying.Port}"
        );
    }

    [Fact]
    public async Task What_came_from_next_door_stays_over_a_restart_though_the_neighbour_is_gone()
    {
        (string, string, byte[])[] files = [Made.Film(1, 1_500_000), Made.Film(2, 400_000, "them.mp4")];
        var release = await _headquarters.Publish("a/b", 1, files);
        var isDown = true;
        _headquarters.Misbehave = (_, path) => Task.FromResult(isDown && path == release.Pack.PlanePath);
        await using var dying = await Stranger.Open(release, files);
        var second = Sha256Digest.Of(files[1].Item3).ToString();
        dying.Lie = async (http, path) =>
            path.EndsWith(second, StringComparison.Ordinal) && await Dies(dying, after: 100_000)(http, path);
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(_here, dying.Port));
        await Eventually.Holds(() =>
            Task.FromResult(point.Log.Any(l => l.Contains("1 files, 1600000 bytes", StringComparison.Ordinal)))
        );
        await point.Stop();
        point.Told = o => o;
        isDown = false;
        _headquarters.Served.Clear();
        await point.Start();
        await point.Shows("a/b", 1);
        await WaysTests.HasAll(point, release, files);
        Assert.InRange(_headquarters.BytesServed(release.Pack.PlanePath), 400_000, 450_000);
        await point.Keeps(1_900_000);
    }

    [Fact]
    public async Task An_alert_does_not_wait_for_a_film_that_comes_from_next_door()
    {
        var film = Made.Film(1, 20_000_000);
        var release = await _headquarters.Publish("a/film", 1, [film]);
        await using var slow = await Stranger.Open(release, [film]);
        slow.Lie = async (http, path) =>
        {
            if (!path.StartsWith("/v1/files/", StringComparison.Ordinal))
                return false;
            await BadLink.SendRange(http, film.Item3, pause: TimeSpan.FromMilliseconds(100));
            return true;
        };
        await _headquarters.Publish("a/alert", 1, [Made.Page("lũ")], r => r with { Priority = ReleasePriority.Urgent });
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(_here, slow.Port));
        // Of the film: the alert on its way is less.
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() > 10_000));
        Assert.NotNull(point.Shelf.Find("a/alert"));
        // So it is when the film is on its way already.
        await _headquarters.Publish(
            "a/next",
            1,
            [Made.Page("lũ lớn")],
            r => r with { Priority = ReleasePriority.Urgent }
        );
        await point.Shows("a/next", 1);
        Assert.Null(point.Shelf.Find("a/film"));
        Assert.Equal(0, _headquarters.BytesServed(release.Pack.PlanePath));
    }

    [Fact]
    public async Task What_the_disk_has_spoilt_comes_from_next_door()
    {
        var release = await _headquarters.Publish("a/b", 1, Files);
        await using var first = await Point.Open(_headquarters, told: NextDoor.At(_there, _here));
        await first.Shows("a/b", 1);
        await using var second = await Point.Open(_headquarters, told: NextDoor.At(_here, _there));
        await second.Shows("a/b", 1);
        _headquarters.Served.Clear();
        var film = Files[^1].Item3;
        var stored = second.Stored(film);
        await File.WriteAllBytesAsync(stored, new byte[film.Length], TestContext.Current.CancellationToken);
        second.Shelf.Lose(Sha256Digest.Of(film).ToString());
        Assert.Null(second.Shelf.Find("a/b"));
        await second.Shows("a/b", 1);
        await WaysTests.HasAll(second, release, Files);
        NextDoor.NothingCameOverTheLink(_headquarters);
    }

    [Theory]
    [InlineData("Neighbours", "auto;192.168.1.20/x")]
    [InlineData("Neighbours", "a b")]
    [InlineData("NeighbourPort", "70000")]
    [InlineData("NeighbourNetworks", "192.168.1.0")]
    public void A_setting_that_means_nothing_is_named(string name, string value)
    {
        var error = Assert.Throws<FormatException>(() => Told((name, value)));
        Assert.Contains($"Agent:{name}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbours_are_searched_for_unless_told_otherwise()
    {
        Assert.Equal(["auto"], Told().Neighbours);
        Assert.Empty(Told(("Neighbours", "")).Neighbours);
        Assert.Equal(
            ["auto", "192.168.1.20:8085", "phong-ben:99"],
            Told(("Neighbours", "auto; 192.168.1.20 ;phong-ben:99")).Neighbours
        );
        Assert.Null(Told(("NeighbourPort", "")).NeighbourPort);
        Assert.Equal(
            [IPNetwork.Parse("192.168.7.0/24")],
            Told(("NeighbourNetworks", "192.168.7.0/24")).NeighbourNetworks
        );
    }

    private static Func<Microsoft.AspNetCore.Http.HttpContext, string, Task<bool>> Dies(Stranger stranger, int after) =>
        async (http, path) =>
        {
            if (!path.StartsWith("/v1/files/", StringComparison.Ordinal))
                return false;
            await BadLink.SendRange(http, stranger[path.Split('/')[^1]], cutAfter: after);
            return true;
        };

    private static AgentOptions Told(params (string Name, string Value)[] settings) =>
        AgentOptions.From(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Agent:" + s.Name, (string?)s.Value)))
                .Build()
        );
}
