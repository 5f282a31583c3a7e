using LaiChau.Distribution;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Sticks;

/// <summary>A stick brings what the link does not.</summary>
public sealed class StickTests : IAsyncLifetime
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(5);

    /// <summary>A point that was without a link for a while asks more and more seldom.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);
    private readonly Usb _usb = new();
    private Headquarters _headquarters = null!;

    public async ValueTask InitializeAsync() => _headquarters = await Headquarters.Open();

    public async ValueTask DisposeAsync()
    {
        await _headquarters.DisposeAsync();
        _usb.Dispose();
    }

    [Fact]
    public async Task A_release_arrives_whole_without_any_link()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        _headquarters.IsCutOff = true;
        var film = Made.Noise(3, 3_000_000);
        var manifest = await _headquarters.Publish("a/b", 2, [Made.Page("hai"), Made.Film(film)]);

        _usb.With(_headquarters).PlugIn();
        await point.Shows("a/b", 2);

        Assert.Equal(film, await point.File("/r/a/b/phim.mp4"));
        Assert.Equal(0, _headquarters.BytesServed(manifest.Pack.PlanePath));
        await Says(point, "Đã nhận USB «USB-MAU»: danh mục phiên bản 3, 1 mục mới, 0 mục bị thu hồi; đã chép 1 mục");

        // What came that way is told once there is a link again, as having cost nothing.
        _headquarters.IsCutOff = false;
        await Eventually.Holds(
            () =>
                Task.FromResult(
                    _headquarters
                        .EventsOf("pull")
                        .Any(e =>
                            (long)e["bytes"]! == 0
                            && ((string)e["why"]!).Contains("from the stick USB-MAU", StringComparison.Ordinal)
                        )
                ),
            Long
        );
        Assert.Equal("accepted", (string?)Assert.Single(_headquarters.EventsOf("stick"))["reason"]);
    }

    [Fact]
    public async Task A_recall_takes_effect_by_stick()
    {
        var first = await _headquarters.Publish("a/b", 1, [Made.Page("sai")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        _headquarters.IsCutOff = true;
        _headquarters.Recall(first);

        _usb.With(_headquarters).PlugIn();
        await point.ShowsNot("a/b");

        await Says(point, "0 mục mới, 1 mục bị thu hồi.");
    }

    [Fact]
    public async Task A_stick_is_read_while_a_request_stands_and_the_request_is_asked_again()
    {
        _headquarters.Hold = TimeSpan.FromMinutes(5);
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: o => _usb.Told(o) with { Poll = Never });
        await point.Shows("a/b", 1);
        await Asked(2);

        _usb.With(_headquarters).PlugIn();
        await Says(point, "USB «USB-MAU» không có gì mới");
        await Asked(3);
        await _headquarters.Publish("a/b", 2, [Made.Page("hai")]);
        await point.Shows("a/b", 2);
    }

    [Fact]
    public async Task What_is_on_the_stick_does_not_come_over_the_link()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        var film = await _headquarters.Publish("x/film", 1, [Made.Film(4, 2_000_000)]);
        _usb.With(_headquarters).PlugIn();
        _headquarters.IsCutOff = true;
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await Says(point, "Chưa dùng được USB «USB-MAU»");
        // It knew nobody: the server tells it whom to trust, the stick brings what that lists.
        _headquarters.IsCutOff = false;
        await point.Shows("x/film", 1, Long);
        await point.Shows("a/b", 1);

        Assert.Equal(0, _headquarters.BytesServed(film.Pack.PlanePath));
    }

    [Fact]
    public async Task An_old_stick_still_has_bytes_that_are_wanted()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        // The link bears metadata, and no content.
        _headquarters.Misbehave = (http, path) =>
        {
            var isContent = path.StartsWith("objects/", StringComparison.Ordinal);
            if (isContent)
                http.Abort();
            return Task.FromResult(isContent);
        };
        await _headquarters.Publish("x/film", 1, [Made.Film(4, 300_000)]);
        _usb.With(_headquarters);
        await _headquarters.Publish("x/other", 1, [Made.Page("khác")]);
        await Eventually.Holds(() => Task.FromResult(_headquarters.Asked.Count(a => a.Path.Contains("objects/")) > 3));

        _usb.PlugIn();
        await point.Shows("x/film", 1);

        await Says(point, "cũ hơn danh mục điểm đang có");
        Assert.Null(point.Shelf.Find("x/other"));
    }

    [Fact]
    public async Task One_that_is_pulled_out_half_way_goes_on_over_the_link()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        _headquarters.IsCutOff = true;
        await _headquarters.Publish("a/b", 2, [Made.Page("hai"), Made.Film(5, 20_000_000)]);

        _usb.With(_headquarters).PlugIn();
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() > 0 || point.Shelf.Find("a/b")?.Version == 2));
        _usb.PullOut();
        _headquarters.IsCutOff = false;
        await point.Shows("a/b", 2, Long);

        // Plugged in again, it is told apart from the one that was pulled out.
        await Eventually.Holds(() =>
            Task.FromResult(point.Log.Any(l => l.Contains("is gone", StringComparison.Ordinal)))
        );
        _usb.PlugIn();
        await Says(point, "không có gì mới");
    }

    [Fact]
    public async Task A_feed_in_bins_comes_whole()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        _headquarters.IsCutOff = true;
        for (var i = 0; i < 20; i++)
            await _headquarters.Publish($"x/p{i}", 1, [Made.Page($"{i}")]);

        // More than one list holds: they are in bins.
        _usb.With(_headquarters).PlugIn();
        for (var i = 0; i < 20; i++)
            await point.Shows($"x/p{i}", 1);
    }

    [Fact]
    public async Task A_stick_with_one_of_the_points_feeds_brings_that_and_the_server_the_other()
    {
        await using var headquarters = await Headquarters.Open(feeds: ["tinh", "sin-ho"]);
        await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        headquarters.Announce(await headquarters.Build("x/y", 1, [Made.Page("một")]), feed: "sin-ho");
        await using var point = await Point.Open(headquarters, told: _usb.Told);
        await point.Shows("x/y", 1);
        await point.Shows("a/b", 1);
        headquarters.IsCutOff = true;
        await headquarters.Publish("a/b", 2, [Made.Page("hai")]);
        headquarters.Announce(await headquarters.Build("x/y", 2, [Made.Page("hai")]), feed: "sin-ho");
        _usb.With(headquarters);
        foreach (var file in Directory.GetFiles(_usb.PathOf("metadata"), "*.sin-ho.json"))
            File.Delete(file);

        _usb.PlugIn();
        await point.Shows("a/b", 2);
        Assert.Equal(1, point.Shelf.Find("x/y")?.Version);

        headquarters.IsCutOff = false;
        await point.Shows("x/y", 2, Long);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whom_to_trust_is_learnt_at_install_time_or_from_the_server_and_never_from_a_stick(bool hasRoot)
    {
        // It can enrol, and nothing of the content comes over the link.
        _headquarters.IsCutOff = true;
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        var root = _headquarters.PathOf("metadata/1.root.json");
        _usb.With(_headquarters).PlugIn();
        await using var point = await Point.Open(
            _headquarters,
            told: o => _usb.Told(o) with { TrustRoot = hasRoot ? root : null, Look = TimeSpan.FromSeconds(1) }
        );

        if (hasRoot)
        {
            await point.Shows("a/b", 1);
            return;
        }
        await Says(point, "Chưa dùng được USB «USB-MAU»");
        Assert.Null(point.Shelf.Find("a/b"));
    }

    [Fact]
    public async Task What_there_is_no_room_for_is_said()
    {
        await using var disk = SmallDisk.Mount(24);
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told, folder: disk.Folder);
        await point.Shows("a/b", 1);
        _headquarters.IsCutOff = true;
        await _headquarters.Publish("x/film", 1, [Made.Film(4, 30_000_000)]);
        await _headquarters.Publish("x/page", 1, [Made.Page("hai")]);

        _usb.With(_headquarters).PlugIn();
        await point.Shows("x/page", 1);

        await Says(point, "máy không đủ chỗ để chép hết");
    }

    [Fact]
    public async Task What_was_said_of_a_stick_outlives_a_restart()
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(_headquarters, told: _usb.Told);
        await point.Shows("a/b", 1);
        _usb.With(_headquarters).PlugIn();
        await Says(point, "không có gì mới");
        _usb.PullOut();
        await point.Stop();
        await point.Start();

        await Says(point, "USB «USB-MAU» không có gì mới");
    }

    private Task Asked(int timestamps) =>
        Eventually.Holds(() =>
            Task.FromResult(
                _headquarters.Served.Count(s => s.Path.EndsWith("timestamp.json", StringComparison.Ordinal))
                    >= timestamps
            )
        );

    private static Task Says(Point point, string sentence) =>
        Eventually.Passes(async () =>
            Assert.Contains(sentence, await point.Page("/trang-thai"), StringComparison.Ordinal)
        );
}
