using System.Globalization;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Tests.Pull;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Faults;

/// <summary>Months without a link, and clocks that are a year off. <c>tests/faults.sh</c> sets LCP_FAULTS and runs a seed for each four of them.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private readonly SetClock _world = new();
    private readonly SetClock _machine = new();

    public static TheoryData<int> Seeds =>
        [
            .. Enumerable.Range(
                1,
                Math.Max(
                    3,
                    int.Parse(Environment.GetEnvironmentVariable("LCP_FAULTS") ?? "0", CultureInfo.InvariantCulture) / 4
                )
            ),
        ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_ninety_days_without_a_link_all_is_as_it_should_be(int seed)
    {
        var random = new Random(seed);
        var (season, recall, update) = (random.Next(10, 80), random.Next(5, 85), random.Next(5, 85));
        await using var headquarters = await Headquarters.Open(_world);
        await Publish("x/always", 1);
        await Publish("x/season", 1, until: season);
        await Publish("x/long", 1, until: 200);
        var doomed = await Publish("x/doomed", 1);
        await Publish("x/updated", 1);
        string[] lasting = ["x/always 1", "x/doomed 1", "x/long 1", "x/updated 1"];
        await using var point = await Point.Open(headquarters, _machine);
        await Shows([.. lasting, "x/season 1"]);

        headquarters.IsCutOff = true;
        var isSeasonOver = false;
        for (var day = random.Next(1, 10); day < 90; day += random.Next(3, 15))
        {
            if (random.Next(2) == 0)
                await point.Stop();
            _world.Ahead = TimeSpan.FromDays(day);
            var wrong = random.Next(3) switch
            {
                0 => Year,
                1 => -Year,
                _ => TimeSpan.Zero,
            };
            _machine.Ahead = _world.Ahead + wrong;
            if (!point.IsRunning)
                await point.Start();
            isSeasonOver |= day >= season && wrong == TimeSpan.Zero;
            var shown = await Shown();
            // Off the screen it is at once; a few seconds later it is off the disk.
            if (isSeasonOver)
                await Eventually.Holds(() => Task.FromResult(point.Shelf.Held.All(r => r.Package != "x/season")));
            Assert.Superset(lasting.ToHashSet(), shown.ToHashSet());
            Assert.False(isSeasonOver && shown.Contains("x/season 1"), $"day {day}, {wrong.Days}: it is over");
            Assert.False(
                wrong == TimeSpan.Zero && day < season && !shown.Contains("x/season 1"),
                $"day {day}: it is not over"
            );
        }

        await At(
            recall,
            () =>
            {
                headquarters.Recall(doomed);
                return Task.CompletedTask;
            }
        );
        await At(update, () => Publish("x/updated", 2));
        // Came and went meanwhile.
        await At(40, () => Publish("x/missed", 1, until: 20));
        _world.Ahead = TimeSpan.FromDays(90);
        await Publish("x/fresh", 1, until: 30);
        string[] right = ["x/always 1", "x/fresh 1", "x/long 1", "x/updated 2"];
        headquarters.IsCutOff = false;
        foreach (
            var wrong in (TimeSpan[])[random.Next(2) == 0 ? Year : -Year, TimeSpan.Zero, -Year, Year, TimeSpan.Zero]
        )
        {
            if (random.Next(2) == 0)
                await point.Stop();
            _machine.Ahead = _world.Ahead + wrong;
            if (!point.IsRunning)
                await point.Start();
            await Shows(right);
            // Nothing comes back a moment later.
            await Contacts(headquarters);
            Assert.Equal(right, await Shown());
        }

        Task<ReleaseManifest> Publish(string package, int version, int? until = null) =>
            headquarters.Publish(
                package,
                version,
                [Made.Page($"{package} {version}")],
                r =>
                    r with
                    {
                        ValidUntil = until is { } days ? PullTests.Whole(_world.GetUtcNow().AddDays(days)) : null,
                    }
            );

        async Task At(int day, Func<Task> happens)
        {
            _world.Ahead = TimeSpan.FromDays(day);
            await happens();
        }

        async Task<string[]> Shown()
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, (await point.Client.GetAsync("/")).StatusCode);
            return [.. point.Shelf.Shown.Select(r => $"{r.Package} {r.Version}").Order()];
        }

        Task Shows(string[] expected) =>
            Eventually.Passes(async () => Assert.Equal(expected.Order(), await Shown()), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task What_was_over_does_not_come_back_when_the_clock_falls_back_by_a_year()
    {
        await using var headquarters = await Headquarters.Open(_world);
        await headquarters.Publish(
            "x/season",
            1,
            [Made.Page("mùa này")],
            r => r with { ValidUntil = PullTests.Whole(_world.GetUtcNow().AddDays(4)) }
        );
        await headquarters.Publish("x/always", 1, [Made.Page("luôn luôn")]);
        await using var point = await Point.Open(headquarters, _machine);
        await point.Shows("x/season", 1);
        await point.Stop();
        (_world.Ahead, _machine.Ahead) = (TimeSpan.FromDays(6), TimeSpan.FromDays(6));
        await point.Start();
        await point.ShowsNot("x/season");
        await Contacts(headquarters);
        await point.Stop();
        _machine.Ahead = -Year;
        await point.Start();
        await Contacts(headquarters);
        Assert.Equal(["x/always"], point.Shelf.Held.Select(r => r.Package));
    }

    [Fact]
    public async Task What_a_wrong_clock_took_for_over_comes_back_when_it_is_set_right()
    {
        await using var headquarters = await Headquarters.Open(_world);
        await headquarters.Publish(
            "x/season",
            1,
            [Made.Page("mùa này")],
            r => r with { ValidUntil = PullTests.Whole(_world.GetUtcNow().AddDays(30)) }
        );
        await using var point = await Point.Open(headquarters, _machine);
        await point.Shows("x/season", 1);
        await point.Stop();
        // Believed: a point may be away for so long.
        _machine.Ahead = TimeSpan.FromDays(60);
        await point.Start();
        await point.ShowsNot("x/season");
        await Eventually.Holds(() => Task.FromResult(point.Shelf.Held.IsEmpty));
        _machine.Ahead = TimeSpan.Zero;
        await point.Shows("x/season", 1);
    }

    [Fact]
    public async Task A_point_whose_clock_is_wrong_is_heard_of()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(headquarters, new SetClock { Ahead = -Year });
        await Eventually.Holds(() => Task.FromResult(headquarters.EventsOf("shown").Any()));
    }

    private static async Task Contacts(Headquarters headquarters)
    {
        var asked = headquarters.Served.Count;
        await Eventually.Holds(() => Task.FromResult(headquarters.Served.Count > asked + 4), TimeSpan.FromMinutes(5));
    }
}
