using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>Each way is taken when it is the cheapest, and costs what it should.</summary>
public sealed class WaysTests
{
    [Fact]
    public async Task A_first_install_is_a_manifest_and_the_whole_pack_in_one_request()
    {
        await using var headquarters = await Headquarters.Open();
        var manifest = await headquarters.Publish("a/b", 1, [.. Made.Site(60), Made.Film(1, 500_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);

        Assert.Equal(2, headquarters.Asked.Count);
        Assert.EndsWith(".manifest.zst", headquarters.Asked[0].Path, StringComparison.Ordinal);
        AssertWhole(manifest.Pack, headquarters.Asked[1]);
        await Tells(headquarters, manifest, "the whole pack");
    }

    [Fact]
    public async Task An_everyday_update_is_one_request_for_a_delta()
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Film(1, 500_000);
        var first = await headquarters.Publish("a/b", 1, [.. Made.Site(200), film]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        var changed = Made.Site(200, (7, "nước lên"), (120, "mới"));
        var second = await headquarters.Build("a/b", 2, [.. changed, film, Made.Film(2, 20_000, "them.mp4")]);
        var delta = await headquarters.Delta(first, second);
        headquarters.Announce(second, deltas: [delta]);
        await point.Shows("a/b", 2);

        AssertWhole(delta.Delta, Assert.Single(headquarters.Asked));
        Assert.InRange(delta.Delta.Size, 20_000, 21_500);
        await HasAll(point, second, [.. changed, film, Made.Film(2, 20_000, "them.mp4")]);
        await point.Keeps(second.Files.DistinctBy(f => f.Sha256).Sum(f => f.Size));
        await Tells(headquarters, second, $"a delta of {delta.Delta.Size:N0} bytes from {first.Release.ReleaseId}");
    }

    [Fact]
    public async Task One_update_after_the_other_builds_on_what_a_delta_built()
    {
        await using var headquarters = await Headquarters.Open();
        var last = await headquarters.Publish("a/b", 1, Made.Site(50));
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();
        for (var version = 2; version <= 5; version++)
        {
            last = await headquarters.Publish("a/b", version, Made.Site(50, (version, "sửa")), deltasFrom: [last]);
            await point.Shows("a/b", version);
            Assert.Equal(version - 1, headquarters.Asked.Count);
        }
        await HasAll(point, last, Made.Site(50, (5, "sửa")));
    }

    [Fact]
    public async Task A_point_that_missed_a_release_goes_over_a_chain()
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Film(1, 300_000);
        var first = await headquarters.Publish("a/b", 1, [.. Made.Site(50), film]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        // The file between is built from the first and is what the last is built from, and is then gone.
        var between = Made.Noise(2, 30_000);
        byte[] last = [.. between, .. Made.Noise(3, 500)];
        var second = await headquarters.Build(
            "a/b",
            2,
            [.. Made.Site(50, (3, "hai")), film, ("giua.bin", "video/mp4", between)]
        );
        var third = await headquarters.Build(
            "a/b",
            3,
            [.. Made.Site(50, (3, "hai"), (4, "ba")), film, ("cuoi.bin", "video/mp4", last)]
        );
        var early = await headquarters.Delta(first, second);
        var late = await headquarters.Delta(second, third);
        headquarters.Announce(third, deltas: [late, early]);
        await point.Shows("a/b", 3);

        Assert.Collection(headquarters.Asked, a => AssertWhole(early.Delta, a), a => AssertWhole(late.Delta, a));
        Assert.Equal(last, await point.File("/r/a/b/cuoi.bin"));
        await point.Keeps(third.Files.Sum(f => f.Size));
        Assert.False(File.Exists(point.Stored(between)));
        await Tells(headquarters, third, "a chain of 2 deltas");
    }

    [Fact]
    public async Task Without_a_delta_only_chunks_that_no_held_file_has_are_fetched()
    {
        await using var headquarters = await Headquarters.Open();
        var film = Made.Noise(1, 3_000_000);
        await headquarters.Publish("a/b", 1, [.. Made.Site(20), Made.Film(film)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        byte[] next = [.. film[..1_000_000], .. Made.Noise(2, 10_000), .. film[1_000_000..]];
        var second = await headquarters.Publish("a/b", 2, [.. Made.Site(20), Made.Film(next)]);
        await point.Shows("a/b", 2);

        Assert.Equal(next, await point.File("/r/a/b/phim.mp4"));
        // Manifest, head, one range around what was put in.
        Assert.Equal(3, headquarters.Asked.Count);
        Assert.Equal($"bytes=0-{second.Pack.HeadSize - 1}", headquarters.Asked[1].Range);
        Assert.InRange(headquarters.Asked[2].Bytes, 10_000, 200_000);
        await Tells(headquarters, second, "ranges");
    }

    [Fact]
    public async Task A_film_in_another_container_costs_hardly_more_than_its_headers()
    {
        await using var headquarters = await Headquarters.Open();
        var (one, other) = (new Film(1, 300), new Film(2, 300));
        await headquarters.Publish(
            "a/b",
            1,
            [Made.Page("x"), ("1.mp4", "video/mp4", one.Mp4()), ("2.mp4", "video/mp4", other.Mp4())]
        );
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        (string, string, byte[])[] files =
        [
            Made.Page("x"),
            ("1.mkv", "video/x-matroska", one.Matroska()),
            ("2.mp4", "video/mp4", other.Mp4(isIndexFirst: true)),
        ];
        var second = await headquarters.Publish("a/b", 2, files);
        await point.Shows("a/b", 2);

        await HasAll(point, second, files);
        await Tells(headquarters, second, "ranges");
        Assert.InRange(headquarters.Asked.Sum(a => a.Bytes), 1, files.Sum(f => f.Item3.Length) / 20);
    }

    [Fact]
    public async Task Files_that_another_package_brought_are_not_fetched_again()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [.. Made.Site(20), Made.Film(1, 400_000)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        var copy = await headquarters.Publish("c/d", 1, [Made.Film(1, 400_000, "khac.mp4"), .. Made.Site(20)]);
        await point.Shows("c/d", 1);

        Assert.EndsWith(".manifest.zst", Assert.Single(headquarters.Asked).Path, StringComparison.Ordinal);
        await Tells(headquarters, copy, "held already");
    }

    [Fact]
    public async Task Two_chunks_of_one_id_in_a_pack_are_told_apart()
    {
        await using var headquarters = await Headquarters.Open();
        var (one, other) = Twins;
        Assert.Equal(ChunkId.Of(one), ChunkId.Of(other));
        await headquarters.Publish("a/b", 1, [("1.txt", "text/plain", one), ("2.txt", "text/plain", other)]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);

        Assert.Equal(one, await point.File("/r/a/b/1.txt"));
        Assert.Equal(other, await point.File("/r/a/b/2.txt"));
    }

    [Fact]
    public async Task A_held_chunk_that_only_has_the_right_id_costs_a_fetch_not_the_release()
    {
        await using var headquarters = await Headquarters.Open();
        var (one, other) = Twins;
        var film = Made.Film(1, 300_000);
        await headquarters.Publish("a/b", 1, [("1.txt", "text/plain", one), film, Made.Page("x")]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        var second = await headquarters.Publish("a/b", 2, [("2.txt", "text/plain", other), film, Made.Page("x")]);
        await point.Shows("a/b", 2);

        Assert.Equal(other, await point.File("/r/a/b/2.txt"));
        Assert.Equal(3, headquarters.Asked.Count);
        await Tells(headquarters, second, "1 files fetched anew");
    }

    /// <summary>Two texts whose SHA-256 begin with the same 8 bytes; found by a search of 2³² steps.</summary>
    private static (byte[], byte[]) Twins =>
        (Convert.FromHexString("64deb9f5cf8c7b93"), Convert.FromHexString("cd7c8701f9be4455"));

    internal static async Task HasAll(
        Point point,
        ReleaseManifest manifest,
        (string Path, string MediaType, byte[] Content)[] files
    )
    {
        Assert.Equal(manifest.Files.Count, files.Length);
        foreach (var file in files)
            Assert.Equal(file.Content, await point.File($"/r/{manifest.Release.Package}/{file.Path}"));
    }

    private static void AssertWhole(HeadedObject asked, Headquarters.Answer answer) =>
        Assert.Equal((asked.PlanePath, "", asked.Size), (answer.Path, answer.Range, answer.Bytes));

    /// <summary>The server hears what it cost and why.</summary>
    internal static Task Tells(Headquarters headquarters, ReleaseManifest manifest, string why) =>
        Eventually.Passes(() =>
        {
            Assert.Contains(
                headquarters.EventsOf("pull").Where(e => (Guid)e["releaseId"]! == manifest.Release.ReleaseId),
                pull => ((string?)pull["why"])!.Contains(why, StringComparison.Ordinal)
            );
            return Task.CompletedTask;
        });
}
