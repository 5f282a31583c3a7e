using LaiChau.Distribution.Content;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>More is published than a point has room for.</summary>
public sealed class EvictTests
{
    private const int Large = 600_000;
    private readonly SetClock _time = new("2027-01-15 12:00");

    [Fact]
    public async Task The_least_viewed_of_what_is_older_makes_room_and_comes_back_when_there_is_some()
    {
        await using var headquarters = await Headquarters.Open(_time);
        await using var point = await Point.Open(headquarters, _time, o => o with { QuotaBytes = 2_200_000 });
        var viewed = await headquarters.Publish("a/viewed", 1, [Made.Page("xem"), Made.Film(1, Large)]);
        await point.Shows("a/viewed", 1);
        var unseen = await headquarters.Publish("a/unseen", 1, [Made.Page("chưa"), Made.Film(2, Large)]);
        await point.Shows("a/unseen", 1);
        await headquarters.Publish("a/text", 1, [Made.Page("chữ")]);
        await point.Shows("a/text", 1);
        await point.Page("/r/a/viewed");

        await headquarters.Publish("a/new", 1, [Made.Page("mới"), Made.Film(3, Large)]);
        await point.Shows("a/new", 1);
        Assert.Null(point.Shelf.Find("a/unseen"));
        Assert.NotNull(point.Shelf.Find("a/viewed"));
        Assert.NotNull(point.Shelf.Find("a/text"));
        await Eventually.Passes(() =>
        {
            var removed = Assert.Single(headquarters.EventsOf("removed"));
            Assert.Equal(
                (unseen.Release.ReleaseId, "evicted"),
                ((Guid)removed["releaseId"]!, (string?)removed["reason"])
            );
            return Task.CompletedTask;
        });

        // Not at once, and not in the place of another.
        var served = headquarters.BytesServed(unseen.Pack.PlanePath);
        await point.Stop();
        await point.Start();
        await Says(point, "Đã gỡ để lấy chỗ");
        _time.Set("2027-01-16 13:00");
        await Says(point, "Chờ chỗ: hết dung lượng đĩa dành cho nội dung");
        Assert.NotNull(point.Shelf.Find("a/viewed"));
        Assert.Equal(served, headquarters.BytesServed(unseen.Pack.PlanePath));

        headquarters.Withdraw(viewed);
        await point.Shows("a/unseen", 1);
        Assert.NotNull(point.Shelf.Find("a/new"));
        await point.Keeps(0, 2_200_000);
    }

    [Fact]
    public async Task What_left_by_a_clock_that_was_ahead_comes_back_when_it_is_set_right()
    {
        await using var headquarters = await Headquarters.Open();
        var ahead = new SetClock { Ahead = TimeSpan.FromDays(5) };
        await using var point = await Point.Open(headquarters, ahead, o => o with { QuotaBytes = 1_500_000 });
        await headquarters.Publish("a/old", 1, [Made.Film(1, Large)]);
        await point.Shows("a/old", 1);
        var next = await headquarters.Publish("a/new", 1, [Made.Film(2, Large)]);
        await point.Shows("a/new", 1);
        Assert.Null(point.Shelf.Find("a/old"));
        headquarters.Withdraw(next);
        await point.ShowsNot("a/new");
        await Says(point, "Đã gỡ để lấy chỗ");
        ahead.Ahead = TimeSpan.Zero;
        await point.Shows("a/old", 1);
    }

    [Fact]
    public async Task What_is_worth_as_much_or_more_stays_and_is_served_and_what_is_small_still_comes()
    {
        await using var headquarters = await Headquarters.Open();
        await using var point = await Point.Open(headquarters, told: o => o with { QuotaBytes = 2_100_000 });
        var film = Made.Film(1, Large);
        await headquarters.Publish("a/urgent", 1, [film], r => r with { Priority = ReleasePriority.Urgent });
        await point.Shows("a/urgent", 1);
        await headquarters.Publish(
            "a/priority",
            1,
            [Made.Film(2, Large)],
            r => r with { Priority = ReleasePriority.Priority }
        );
        await point.Shows("a/priority", 1);

        var other = await headquarters.Publish("a/film", 1, [Made.Film(3, Large)]);
        await headquarters.Publish("a/text", 1, [Made.Page("chữ")]);
        await point.Shows("a/text", 1);
        await Says(point, "Chờ chỗ: hết dung lượng đĩa dành cho nội dung");
        Assert.DoesNotContain("Đĩa đã đầy", await point.Page("/trang-thai"), StringComparison.Ordinal);
        Assert.Equal(0, headquarters.BytesServed(other.Pack.PlanePath));
        Assert.Equal(film.Item3, await point.File("/r/a/urgent/phim.mp4"));
        Assert.NotNull(point.Shelf.Find("a/priority"));
        Assert.Empty(headquarters.EventsOf("removed"));
    }

    [Fact]
    public async Task On_a_disk_that_is_too_small_what_is_older_makes_room()
    {
        await using var disk = SmallDisk.Mount(megabytes: 40);
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/old", 1, [Made.Film(1, 8_000_000)]);
        await using var point = await Point.Open(headquarters, folder: disk.Folder);
        await point.Shows("a/old", 1);
        await headquarters.Publish("a/new", 1, [Made.Film(2, 12_000_000)]);
        await point.Shows("a/new", 1);
        Assert.Null(point.Shelf.Find("a/old"));
    }

    private static Task Says(Point point, string what) =>
        Eventually.Holds(async () => (await point.Page("/trang-thai")).Contains(what, StringComparison.Ordinal));
}
