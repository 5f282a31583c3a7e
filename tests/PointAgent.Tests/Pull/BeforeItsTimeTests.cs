using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>A release may come before it may be shown.</summary>
public sealed class BeforeItsTimeTests
{
    [Fact]
    public async Task It_is_built_when_it_comes_so_that_what_it_builds_on_may_leave()
    {
        var clock = new SetClock();
        await using var headquarters = await Headquarters.Open(clock);
        var change = PullTests.Whole(clock.GetUtcNow().AddHours(1));
        var film = Made.Film(1, 400_000);
        var first = await headquarters.Publish("a/b", 1, [Made.Page("một"), film], r => r with { ValidUntil = change });
        await using var point = await Point.Open(headquarters, clock);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();
        var second = await headquarters.Publish(
            "a/b",
            2,
            [Made.Page("hai"), film],
            r => r with { ValidFrom = change },
            deltasFrom: [first]
        );
        await WaysTests.Tells(headquarters, second, "a delta of");
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
        await point.Stop();
        clock.Ahead = TimeSpan.FromMinutes(61);
        await point.Start();
        await point.Shows("a/b", 2);

        Assert.Single(headquarters.Asked);
        await WaysTests.HasAll(point, second, [Made.Page("hai"), film]);
        await point.Keeps(second.Files.Sum(f => f.Size));
    }

    [Fact]
    public async Task Recalled_before_its_time_it_leaves_the_disk()
    {
        await using var headquarters = await Headquarters.Open();
        await using var point = await Point.Open(headquarters);
        var soon = await headquarters.Publish(
            "a/b",
            1,
            [Made.Page("một"), Made.Film(1, 400_000)],
            r => r with { ValidFrom = PullTests.Whole(TimeProvider.System.GetUtcNow().AddHours(1)) }
        );
        await WaysTests.Tells(headquarters, soon, "the whole pack");
        await point.Keeps(soon.Files.Sum(f => f.Size));
        headquarters.Recall(soon);
        await point.Keeps(0);
    }
}
