using System.Net;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;

namespace LaiChau.PointAgent.Tests.Pull;

public sealed class PullTests
{
    [Fact]
    public async Task Installs_a_first_release_whole_and_says_so_once()
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Noise(1, 300_000);
        var manifest = await headquarters.Publish("a/b", 1, [Made.Page("chào bà con"), Made.Film(film)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);

        Assert.Contains(
            "chào bà con",
            await point.Client.GetStringAsync(new Uri("/r/a/b", UriKind.Relative)),
            StringComparison.Ordinal
        );
        Assert.Equal(film, await point.File("/r/a/b/phim.mp4"));
        await Eventually.Passes(() =>
        {
            var shown = Assert.Single(headquarters.EventsOf("shown"));
            Assert.Equal(manifest.Release.ReleaseId, (Guid)shown["releaseId"]!);
            var pull = Assert.Single(headquarters.EventsOf("pull"));
            Assert.InRange((long)pull["bytes"]!, manifest.Pack.Size, manifest.Pack.Size + 20_000);
            Assert.Contains("the whole pack", (string?)pull["why"], StringComparison.Ordinal);
            Assert.NotEmpty(headquarters.EventsOf("contact"));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_request_for_content_carries_no_identity()
    {
        await using var headquarters = await Headquarters.Open();
        var identified = 0;
        headquarters.Misbehave = (http, _) =>
        {
            if (http.Request.Headers.ContainsKey("Authorization") || http.Request.Headers.ContainsKey("Cookie"))
                Interlocked.Increment(ref identified);
            return Task.FromResult(false);
        };
        await headquarters.Publish("a/b", 1, [Made.Page("x")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        Assert.Equal(0, identified);
    }

    [Fact]
    public async Task Asking_when_nothing_is_new_costs_one_request_without_a_body()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("x")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await Task.Delay(700);
        headquarters.Served.Clear();
        await Eventually.Passes(() =>
        {
            Assert.True(headquarters.Served.Count >= 3);
            return Task.CompletedTask;
        });
        Assert.All(headquarters.Served, s => Assert.Equal(("metadata/timestamp.json", 0), (s.Path, s.Bytes)));
    }

    /// <summary>Its list is then spread over many, of which a release changes one.</summary>
    [Fact]
    public async Task The_next_release_comes_in_a_feed_of_many()
    {
        await using var headquarters = await Headquarters.Open();
        for (var i = 0; i < 70; i++)
            await headquarters.Publish($"nhieu/{i}", 1, [Made.Page($"trang {i}")]);
        await using var point = await Point.Open(headquarters);
        await Eventually.Holds(() => Task.FromResult(point.Shelf.Held.Length == 70), TimeSpan.FromMinutes(5));

        await headquarters.Publish("nhieu/them", 1, [Made.Page("thêm")]);

        await point.Shows("nhieu/them", 1);
    }

    [Fact]
    public async Task An_update_fetches_only_what_changed()
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Noise(1, 2_000_000);
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(film)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);

        headquarters.Served.Clear();
        film[1_000_000] ^= 1;
        var second = await headquarters.Publish("a/b", 2, [Made.Page("hai"), Made.Film(film)]);
        await point.Shows("a/b", 2);
        Assert.Equal(film, await point.File("/r/a/b/phim.mp4"));
        var pack = headquarters.BytesServed(second.Pack.Head.ToString());
        Assert.InRange(pack, 1, 200_000);
        await Eventually.Passes(() =>
        {
            var removed = Assert.Single(headquarters.EventsOf("removed"));
            Assert.Equal("superseded", (string?)removed["reason"]);
            return Task.CompletedTask;
        });
        await point.Keeps(2_000_000, 2_100_000);
    }

    [Fact]
    public async Task A_cut_transfer_goes_on_where_it_was()
    {
        await using var headquarters = await Headquarters.Open();
        var manifest = await headquarters.Publish("a/b", 1, [Made.Film(1, 2_000_000)]);
        var pack = manifest.Pack.Head.ToString();
        var cuts = 0;
        headquarters.Misbehave = async (http, path) =>
        {
            if (!path.EndsWith(pack, StringComparison.Ordinal) || cuts++ >= 3)
                return false;
            await BadLink.SendRange(http, await File.ReadAllBytesAsync(headquarters.PathOf(path)), cutAfter: 500_000);
            return true;
        };
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        Assert.Equal(4, cuts);
        Assert.InRange(headquarters.BytesServed(pack), manifest.Pack.Size, manifest.Pack.Size + (3 * 128 * 1024));
        await Eventually.Passes(() =>
        {
            Assert.Equal(4, headquarters.EventsOf("pull").Count());
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_transfer_goes_on_after_the_program_was_stopped()
    {
        await using var headquarters = await Headquarters.Open();
        var manifest = await headquarters.Publish("a/b", 1, [Made.Film(1, 2_000_000)]);
        var pack = manifest.Pack.Head.ToString();
        var hang = true;
        headquarters.Misbehave = async (http, path) =>
        {
            if (!hang || !path.EndsWith(pack, StringComparison.Ordinal))
                return false;
            await BadLink.SendRange(
                http,
                await File.ReadAllBytesAsync(headquarters.PathOf(path)),
                cutAfter: 1_000_000,
                hang: true
            );
            return true;
        };
        await using var point = await Point.Open(headquarters);
        await Eventually.Holds(() =>
            Task.FromResult(
                new DirectoryInfo(Path.Combine(point.Folder, "pulls")) is { Exists: true } pulls
                    // All whole frames of what was sent: stopped before, it would lose what is still on its way.
                    && pulls.EnumerateFiles().Sum(f => f.Length) > 950_000
            )
        );
        await point.Stop();
        hang = false;
        await point.Start();
        await point.Shows("a/b", 1);
        Assert.InRange(headquarters.BytesServed(pack), manifest.Pack.Size, manifest.Pack.Size + (128 * 1024));
    }

    public enum Fault
    {
        WholeFileForAMiddleRange,
        AnotherRange,
        CorruptBytes,
        NotThere,
        ServerError,
        Stall,
        LoginPage,
    }

    [Theory]
    [InlineData(Fault.WholeFileForAMiddleRange)]
    [InlineData(Fault.AnotherRange)]
    [InlineData(Fault.CorruptBytes)]
    [InlineData(Fault.NotThere)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Stall)]
    [InlineData(Fault.LoginPage)]
    public async Task A_wrong_answer_is_refused_and_asked_for_again(Fault fault)
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Noise(1, 600_000);
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(film)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        film[400_000] ^= 1;
        var faults = 0;
        headquarters.Misbehave = async (http, path) =>
        {
            if (
                !path.StartsWith("objects/", StringComparison.Ordinal)
                || http.Request.Headers.Range.Count == 0
                || faults >= 2
            )
                return false;
            faults++;
            await Answer(fault, http, await File.ReadAllBytesAsync(headquarters.PathOf(path)));
            return true;
        };
        await headquarters.Publish("a/b", 2, [Made.Page("hai"), Made.Film(film)]);
        await point.Shows("a/b", 2);
        Assert.Equal(2, faults);
        Assert.Equal(film, await point.File("/r/a/b/phim.mp4"));
        if (fault == Fault.WholeFileForAMiddleRange)
            Assert.InRange(headquarters.BytesServed("objects/"), 0, 5_000_000);
    }

    [Fact]
    public async Task Tampered_metadata_changes_nothing_on_the_screen()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("thật")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        var path = headquarters.PathOf(PlaneLayout.Timestamp);
        var honest = await File.ReadAllTextAsync(path);
        headquarters.Misbehave = async (http, name) =>
        {
            if (name != PlaneLayout.Timestamp)
                return false;
            await http.Response.WriteAsync(honest.Replace("\"version\":2", "\"version\":99", StringComparison.Ordinal));
            return true;
        };
        await headquarters.Publish("a/b", 2, [Made.Page("giả")]);
        await Eventually.Holds(async () =>
            (await point.Page("/trang-thai")).Contains("không đúng chữ ký", StringComparison.Ordinal)
        );
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
        headquarters.Misbehave = (_, _) => Task.FromResult(false);
        await point.Shows("a/b", 2);
    }

    [Fact]
    public async Task A_recall_takes_the_release_off_the_screen_and_off_the_disk_for_good()
    {
        await using var headquarters = await Headquarters.Open();
        var shared = Made.Film(1, 200_000);
        var bad = await headquarters.Publish(
            "a/bad",
            1,
            [Made.Page("sai"), shared, Made.Film(2, 100_000, "rieng.mp4")]
        );
        await headquarters.Publish("a/good", 1, [Made.Page("đúng"), shared]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/bad", 1);
        await point.Shows("a/good", 1);

        headquarters.Recall(bad);
        await point.ShowsNot("a/bad");
        Assert.Equal(shared.Item3, await point.File("/r/a/good/phim.mp4"));
        Assert.Null(await point.File("/r/a/bad"));
        await point.Keeps(200_000, 201_000);
        await Eventually.Passes(() =>
        {
            Assert.Equal("recalled", (string?)Assert.Single(headquarters.EventsOf("removed"))["reason"]);
            return Task.CompletedTask;
        });

        await point.Stop();
        await point.Start(new Uri("http://127.0.0.1:9"));
        Assert.Null(point.Shelf.Find("a/bad"));
        Assert.Equal(1, point.Shelf.Find("a/good")?.Version);
    }

    [Fact]
    public async Task A_recall_takes_effect_while_nothing_can_be_fetched()
    {
        await using var headquarters = await Headquarters.Open();
        var bad = await headquarters.Publish("a/bad", 1, [Made.Page("sai")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/bad", 1);
        headquarters.Misbehave = (http, path) =>
        {
            var broken = path.StartsWith("objects/", StringComparison.Ordinal);
            if (broken)
                http.Response.StatusCode = 500;
            return Task.FromResult(broken);
        };
        await headquarters.Publish("a/next", 1, [Made.Page("x")]);
        headquarters.Recall(bad);
        await point.ShowsNot("a/bad");
    }

    [Fact]
    public async Task The_old_release_stays_until_the_new_one_is_here_whole()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Misbehave = (http, path) =>
        {
            var broken = path.StartsWith("objects/", StringComparison.Ordinal);
            if (broken)
                http.Response.StatusCode = 503;
            return Task.FromResult(broken);
        };
        await headquarters.Publish("a/b", 2, [Made.Page("hai")]);
        await Task.Delay(1500);
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
        headquarters.Misbehave = (_, _) => Task.FromResult(false);
        await point.Shows("a/b", 2);
    }

    [Fact]
    public async Task While_one_release_takes_the_place_of_the_other_no_page_breaks()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("bản 1"), Made.Film(1, 20_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(i => Read(i % 2 == 0 ? "/r/a/b" : "/r/a/b/phim.mp4")).ToList();
        for (var version = 2; version < 20; version++)
        {
            await headquarters.Publish("a/b", version, [Made.Page($"bản {version}"), Made.Film(version, 20_000)]);
            await point.Shows("a/b", version);
        }
        await enough.CancelAsync();
        await Task.WhenAll(readers);

        async Task Read(string path)
        {
            while (!enough.IsCancellationRequested)
            {
                using var page = await point.Client.GetAsync(path);
                Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            }
        }
    }

    [Fact]
    public async Task What_is_no_longer_listed_leaves_the_screen()
    {
        await using var headquarters = await Headquarters.Open();
        var first = await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Withdraw(first);
        await point.ShowsNot("a/b");
    }

    [Fact]
    public async Task A_release_is_shown_when_its_time_comes_and_leaves_when_it_is_over()
    {
        var clock = new SetClock();
        await using var headquarters = await Headquarters.Open(clock);
        await using var point = await Point.Open(headquarters, clock);
        var now = clock.GetUtcNow();
        await headquarters.Publish(
            "a/soon",
            1,
            [Made.Page("sắp")],
            r => r with { ValidFrom = Whole(now.AddMinutes(10)), ValidUntil = Whole(now.AddMinutes(20)) }
        );
        await Eventually.Holds(() =>
            Task.FromResult(headquarters.Served.Any(s => s.Path.StartsWith("objects/", StringComparison.Ordinal)))
        );
        Assert.Null(point.Shelf.Find("a/soon"));
        clock.Ahead = TimeSpan.FromMinutes(11);
        await point.Shows("a/soon", 1);
        clock.Ahead = TimeSpan.FromMinutes(21);
        await point.ShowsNot("a/soon");
        await Eventually.Passes(() =>
        {
            Assert.Equal("expired", (string?)Assert.Single(headquarters.EventsOf("removed"))["reason"]);
            return Task.CompletedTask;
        });
        await point.Keeps(0);
    }

    [Fact]
    public async Task An_alert_overtakes_a_film_which_then_goes_on()
    {
        await using var headquarters = await Headquarters.Open();
        var film = await headquarters.Publish("a/film", 1, [Made.Film(1, 3_000_000)]);
        var pack = film.Pack.Head.ToString();
        var slow = true;
        BadLink.Crawl(headquarters, film.Pack.PlanePath, milliseconds: 200, () => slow);
        await using var point = await Point.Open(headquarters);
        await Eventually.Holds(() =>
            Task.FromResult(
                new DirectoryInfo(Path.Combine(point.Folder, "pulls")) is { Exists: true } pulls
                    && pulls.EnumerateFiles().Any(f => f.Length > 100_000)
            )
        );
        await headquarters.Publish("a/alert", 1, [Made.Page("lũ")], r => r with { Priority = ReleasePriority.Urgent });
        await point.Shows("a/alert", 1);
        Assert.Null(point.Shelf.Find("a/film"));
        // Or it would come at once, and be interrupted with much of it under way.
        await Eventually.Holds(() =>
            Task.FromResult(headquarters.Served.Where(s => s.Path == film.Pack.PlanePath).Skip(1).Any(s => s.Bytes > 0))
        );
        slow = false;
        await headquarters.Publish("a/other", 1, [Made.Page("x")]);
        await point.Shows("a/film", 1);
        Assert.InRange(headquarters.BytesServed(pack), film.Pack.Size, film.Pack.Size + 1_000_000);
    }

    [Fact]
    public async Task A_lost_file_is_fetched_again()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(1, 100_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await point.Stop();
        File.Delete(
            Directory.EnumerateFiles(Path.Combine(point.Folder, "files"), "*", SearchOption.AllDirectories).First()
        );
        await point.Start();
        await Eventually.Holds(async () => await point.File("/r/a/b/phim.mp4") is { Length: 100_000 });
        await point.Shows("a/b", 1);
    }

    internal static DateTimeOffset Whole(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static async Task Answer(Fault fault, HttpContext http, byte[] pack)
    {
        switch (fault)
        {
            case Fault.WholeFileForAMiddleRange:
                await http.Response.Body.WriteAsync(pack);
                break;
            case Fault.AnotherRange:
                http.Response.StatusCode = 206;
                http.Response.Headers.ContentRange = $"bytes 0-99/{pack.Length}";
                await http.Response.Body.WriteAsync(pack.AsMemory(0, 100));
                break;
            case Fault.CorruptBytes:
                await BadLink.SendRange(http, [.. pack.Select(b => (byte)(b ^ 0x55))]);
                break;
            case Fault.NotThere:
                http.Response.StatusCode = 404;
                break;
            case Fault.ServerError:
                http.Response.StatusCode = 502;
                break;
            case Fault.Stall:
                await Task.Delay(TimeSpan.FromSeconds(8), http.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case Fault.LoginPage:
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html>Đăng nhập Wi-Fi</html>");
                break;
        }
    }
}
