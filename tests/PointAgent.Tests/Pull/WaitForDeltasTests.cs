using LaiChau.Distribution.Content;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Pull;

public sealed class WaitForDeltasTests
{
    [Fact]
    public async Task Deltas_that_are_being_made_are_waited_for_while_other_releases_come()
    {
        await using var headquarters = await Headquarters.Open();
        var first = await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(1, 600_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        var second = await headquarters.Build("a/b", 2, [Made.Page("hai"), Made.Film(1, 600_000)]);
        headquarters.Announce(second, deltasBy: In(TimeSpan.FromMinutes(10)));
        await headquarters.Publish("c/d", 1, [Made.Page("khác")]);
        await point.Shows("c/d", 1);
        await Eventually.Holds(() =>
            Task.FromResult(point.Log.Any(l => l.Contains("deltas are promised", StringComparison.Ordinal)))
        );
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
        Assert.Equal(0, headquarters.BytesServed(second.Pack.PlanePath));

        headquarters.List(second, await headquarters.Delta(first, second));
        await point.Shows("a/b", 2);
        Assert.Equal(0, headquarters.BytesServed(second.Pack.PlanePath));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_was_promised()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(1, 600_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await headquarters.Publish(
            "a/b",
            2,
            [Made.Page("hai"), Made.Film(1, 600_000)],
            deltasBy: In(TimeSpan.FromSeconds(4))
        );
        await point.Shows("a/b", 2);
    }

    [Fact]
    public async Task What_is_urgent_or_a_first_install_does_not_wait()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(1, 600_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await headquarters.Publish(
            "a/b",
            2,
            [Made.Page("hai"), Made.Film(2, 600_000)],
            r => r with { Priority = ReleasePriority.Urgent },
            deltasBy: In(TimeSpan.FromMinutes(30))
        );
        await headquarters.Publish("c/d", 1, [Made.Film(3, 600_000)], deltasBy: In(TimeSpan.FromMinutes(30)));
        await point.Shows("a/b", 2);
        await point.Shows("c/d", 1);
    }

    [Fact]
    public async Task The_point_asks_for_news_when_deltas_were_promised_however_rarely_it_asks()
    {
        await using var headquarters = await Headquarters.Open();
        var first = await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(1, 600_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await point.Stop();

        var second = await headquarters.Build("a/b", 2, [Made.Page("hai"), Made.Film(1, 600_000)]);
        headquarters.Announce(second, deltasBy: In(TimeSpan.FromSeconds(40)));
        point.Told = options => options with { Poll = TimeSpan.FromHours(1) };
        await point.Start();
        await Eventually.Holds(() =>
            Task.FromResult(point.Log.Any(l => l.Contains("deltas are promised", StringComparison.Ordinal)))
        );
        headquarters.Served.Clear();
        var delta = await headquarters.Delta(first, second);
        headquarters.List(second, delta);
        await point.Shows("a/b", 2, TimeSpan.FromMinutes(3));
        Assert.Equal(delta.Delta.PlanePath, Assert.Single(headquarters.Asked).Path);
    }

    private static DateTimeOffset In(TimeSpan time) => PullTests.Whole(TimeProvider.System.GetUtcNow() + time);
}
