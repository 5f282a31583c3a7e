using System.Text.Json.Nodes;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

/// <summary>
/// A point follows a plane; the next mirror it meets lies. Whatever the lie is, the point trusts and shows what it did before or what the
/// publisher signed since, the lie is named, and an honest mirror brings it to the end.
/// </summary>
public sealed class LyingMirrorTests
{
    /// <summary>What a lie is called by the point: a code, and the role or target where there is one.</summary>
    private sealed record Lie(string Code, string? Role, Func<World, IMirror> Tell, int DaysLater = 0);

    // Other bytes than signed: which of these it is depends on their lengths alone.
    private const string OtherBytes = "too-long wrong-length wrong-hash";

    private static readonly Dictionary<string, Lie> Lies = new(StringComparer.Ordinal)
    {
        // ---- the timestamp
        ["timestamp missing"] = Timestamp("metadata-missing", (_, _) => null),
        ["timestamp empty"] = Timestamp("metadata-malformed", (_, _) => []),
        ["timestamp truncated"] = Timestamp("metadata-malformed", (_, t) => t[..^1]),
        ["timestamp is a login page"] = Timestamp("metadata-malformed", (_, _) => "<html>Đăng nhập</html>"u8.ToArray()),
        ["timestamp nested without end"] = Timestamp(
            "metadata-malformed",
            (_, _) => [.. Enumerable.Repeat((byte)'[', 9000)]
        ),
        ["timestamp longer than any"] = Timestamp("too-long", (_, t) => [.. t, .. new byte[20_000]]),
        ["timestamp endless"] = new("too-long", "timestamp", w => w.New.Endless("timestamp.json")),
        ["timestamp of another role"] = Timestamp(
            "metadata-malformed",
            (w, _) => w.New.Files["metadata/4.snapshot.json"]
        ),
        ["timestamp rolled back"] = Timestamp("rollback", (w, _) => w.Oldest.Files[PlaneLayout.Timestamp]),
        ["timestamp frozen"] = new("expired", "timestamp", w => w.Old.Copy(), DaysLater: 8),
        ["timestamp changed"] = Timestamp("below-threshold", (w, _) => w.Changed(PlaneLayout.Timestamp)),
        ["timestamp unsigned"] = Timestamp(
            "below-threshold",
            (w, _) => World.Unsigned(w.New.Files[PlaneLayout.Timestamp])
        ),
        ["timestamp signed by a stranger"] = Timestamp(
            "below-threshold",
            (w, _) => w.Changed(PlaneLayout.Timestamp, "mallory")
        ),
        ["timestamp signed by a feed"] = Timestamp(
            "below-threshold",
            (w, _) => w.Changed(PlaneLayout.Timestamp, "tinh")
        ),
        ["timestamp signed twice with one key"] = Timestamp(
            "metadata-malformed",
            (w, _) => World.SignedTwice(w.New.Files[PlaneLayout.Timestamp])
        ),
        ["timestamp of another plane"] = Timestamp("below-threshold", (w, _) => w.Foreign.Files[PlaneLayout.Timestamp]),

        // ---- the snapshot
        ["snapshot missing"] = File("metadata-missing", "snapshot", "metadata/4.snapshot.json", (_, _) => null),
        ["snapshot truncated"] = File("wrong-length", "snapshot", "metadata/4.snapshot.json", (_, s) => s[..^1]),
        ["snapshot longer"] = File("too-long", "snapshot", "metadata/4.snapshot.json", (_, s) => [.. s, (byte)' ']),
        ["snapshot endless"] = new("too-long", "snapshot", w => w.WithoutNews().Endless("4.snapshot.json")),
        ["snapshot with a byte changed"] = File(
            "wrong-hash",
            "snapshot",
            "metadata/4.snapshot.json",
            (_, b) => World.Flipped(b)
        ),
        ["snapshot rolled back"] = File(
            OtherBytes,
            "snapshot",
            "metadata/4.snapshot.json",
            (w, _) => w.Oldest.Files["metadata/2.snapshot.json"]
        ),
        ["snapshot of another plane"] = File(
            OtherBytes,
            "snapshot",
            "metadata/4.snapshot.json",
            (w, _) => w.Foreign.Files["metadata/4.snapshot.json"]
        ),
        ["snapshot of another role"] = File(
            OtherBytes,
            "snapshot",
            "metadata/4.snapshot.json",
            (w, _) => w.New.Files["metadata/1.targets.json"]
        ),

        // ---- feeds and bins
        ["feed missing"] = File("metadata-missing", "tinh", "metadata/4.tinh.json", (_, _) => null),
        ["feed truncated"] = File("wrong-length", "tinh", "metadata/4.tinh.json", (_, f) => f[..100]),
        ["feed stale, without its recall"] = File(
            OtherBytes,
            "tinh",
            "metadata/4.tinh.json",
            (w, _) => w.Old.Files["metadata/3.tinh.json"]
        ),
        ["feed of another name"] = File(
            OtherBytes,
            "tinh",
            "metadata/4.tinh.json",
            (w, _) => w.New.Files["metadata/1.muong-te.json"]
        ),
        ["feed endless"] = new("too-long", "tinh", w => w.WithoutNews().Endless("4.tinh.json")),
        ["bin missing"] = Bin("metadata-missing", (_, _) => null),
        ["bin truncated"] = Bin("wrong-length", (_, b) => b[..^10]),
        ["bin longer"] = Bin("too-long", (_, b) => [.. b, (byte)' ']),
        ["bin with a byte changed"] = Bin("wrong-hash", (_, b) => World.Flipped(b)),
        ["bin unsigned"] = Bin(OtherBytes, (_, b) => World.Unsigned(b)),
        ["bin stale, with what was recalled"] = Bin(OtherBytes, (w, _) => w.Old.Files[w.OldBinPath]),
        ["bin swapped for another"] = Bin(OtherBytes, (w, _) => w.New.Files[w.OtherBinPath]),

        // ---- with the snapshot and timestamp keys stolen
        ["stolen online keys: an unsigned bin"] = Stolen(
            "below-threshold",
            "bin",
            w => w.Resign(World.Unsigned(w.BinFile))
        ),
        ["stolen online keys: a bin that another feed signed"] = Stolen(
            "below-threshold",
            "bin",
            w => w.Resign(World.Change(w.BinFile, "muong-te"))
        ),
        ["stolen online keys: a bin that snapshot signed"] = Stolen(
            "below-threshold",
            "bin",
            w => w.Resign(World.Change(w.BinFile, "snapshot"))
        ),
        ["stolen online keys: an older bin"] = Stolen("wrong-version", "bin", w => w.Resign(w.Old.Files[w.OldBinPath])),
        ["stolen online keys: a bin rolled back"] = Stolen(
            "rollback",
            "snapshot",
            w => w.ResignSnapshot(m => m[$"{w.Bin}.json"]!["version"] = 1)
        ),
        ["stolen online keys: a bin dropped"] = Stolen(
            "rollback",
            "snapshot",
            w => w.ResignSnapshot(m => m.Remove($"{w.Bin}.json"))
        ),
        ["stolen online keys: the feed rolled back to before its recall"] = Stolen(
            "rollback",
            "snapshot",
            w => w.ResignSnapshot(m => m["tinh.json"]!["version"] = 2)
        ),
        ["stolen online keys: an older snapshot"] = Stolen(
            "rollback",
            "timestamp",
            w => w.ResignTimestamp(s => s["meta"]!["snapshot.json"] = new JsonObject { ["version"] = 2 })
        ),

        // ---- recalls
        ["recalls missing"] = Recalls("metadata-missing", (_, _) => null),
        ["recalls of before"] = Recalls(OtherBytes, (w, _) => w.Old.Files[w.OldRecallsPath]),
        ["recalls emptied"] = Recalls(OtherBytes, (_, _) => """{"format":1,"recalls":[]}"""u8.ToArray()),
        ["recalls with a byte changed"] = Recalls("wrong-hash", (_, b) => World.Flipped(b)),
        ["recalls endless"] = new("too-long", "tinh/recalls.json", w => w.WithoutNews().EndlessContent()),

        // ---- the root, which is asked for once a day
        ["root is garbage"] = Root("metadata-malformed", (_, _) => [1, 2, 3]),
        ["root endless"] = new("too-long", "root", w => w.New.Endless("2.root.json"), DaysLater: 1),
        ["root signed by a stranger"] = Root(
            "below-threshold",
            (w, _) => Forge.Signed(w.RootFile, s => s["version"] = 2, Repository.Key("mallory"))
        ),
        ["root signed by one of two"] = Root(
            "below-threshold",
            (w, _) => Forge.Signed(w.RootFile, s => s["version"] = 2, Repository.Key("root"))
        ),
        ["root of the same version"] = Root("wrong-version", (w, _) => w.RootFile),
        ["root that skips a version"] = Root(
            "wrong-version",
            (w, _) => Forge.Signed(w.RootFile, s => s["version"] = 3, Repository.Key("root"), Repository.Key("root-2"))
        ),
        ["root of another plane"] = Root("below-threshold", (w, _) => w.Foreign.Files["metadata/1.root.json"]),

        // ---- a manifest
        ["manifest missing"] = Manifest("metadata-missing", (_, _) => null),
        ["manifest empty"] = Manifest("wrong-length", (_, _) => []),
        ["manifest truncated"] = Manifest("wrong-length", (_, m) => m[..^1]),
        ["manifest longer"] = Manifest("too-long", (_, m) => [.. m, 0]),
        ["manifest with a byte changed"] = Manifest("wrong-hash", (_, b) => World.Flipped(b)),
        ["manifest endless"] = new("too-long", "manifest", w => w.New.EndlessContent()),
    };

    /// <summary>Lies told in news: the point takes the plain files and is where an honest mirror would have brought it.</summary>
    private static readonly Dictionary<string, Lie> NewsLies = new(StringComparer.Ordinal)
    {
        ["a login page"] = News("content-malformed", (_, _) => "<html>Đăng nhập</html>"u8.ToArray()),
        ["empty"] = News("content-malformed", (_, _) => []),
        ["of a later format"] = News("unknown-format", (_, n) => [.. n[..4], 2, .. n[5..]]),
        ["truncated"] = News("content-malformed", (_, n) => n[..^1]),
        ["cut in its entries"] = News("content-malformed", (_, n) => n[..20]),
        ["with bytes after its end"] = News("content-malformed", (_, n) => [.. n, 0]),
        ["longer than any"] = News("too-long", (_, n) => [.. n, .. new byte[1024 * 1024]]),
        ["endless"] = new("too-long", null, w => w.New.Endless("4.news.3")),
        ["a number without end"] = News(
            "content-malformed",
            (_, n) => [.. n[..5], .. Enumerable.Repeat((byte)0xFF, 12)]
        ),
        ["entries without end"] = News("content-malformed", (_, n) => [.. n[..5], 0xFF, 0xFF, 0x7F, .. n[6..]]),
        ["an entry twice"] = News("content-malformed", (w, _) => World.Write(w.Snapshot(), w.Snapshot())),
        ["a name without end"] = News(
            "content-malformed",
            (w, _) => World.Write(w.Snapshot() with { Name = new string('a', 1025) })
        ),
        ["a bomb by its word"] = News(
            "content-malformed",
            (w, _) => World.WithRawLength(World.Write(w.Snapshot()), 4 * 1024 * 1024 + 1)
        ),
        ["a bomb that hides"] = News(
            "bad-frame",
            (w, _) => World.WithRawLength(World.Write(w.Snapshot() with { Content = new byte[4_000_000] }), 1000)
        ),
        ["less than it says"] = News("bad-frame", (w, _) => World.WithRawLength(World.Write(w.Snapshot()), 1_000_000)),
        ["against another base"] = News(
            "bad-frame " + OtherBytes,
            (w, _) =>
                World.Write(w.Snapshot() with { Before = (byte[])[.. w.Old.Files["metadata/3.snapshot.json"], 0] })
        ),
        ["of an older snapshot"] = News(
            OtherBytes,
            (w, _) => World.Write(w.Snapshot() with { Content = w.Old.Files["metadata/2.snapshot.json"] })
        ),
        ["of the snapshot that is there"] = News(
            OtherBytes,
            (w, _) => World.Write(w.Snapshot() with { Content = w.Old.Files["metadata/3.snapshot.json"] })
        ),
        ["of another plane"] = News(OtherBytes, (w, _) => w.Foreign.Files["metadata/4.news.3"]),
        ["of another plane's snapshot"] = News(
            OtherBytes,
            (w, _) => World.Write(w.Snapshot() with { Content = w.Foreign.Files["metadata/4.snapshot.json"] })
        ),
        ["a feed without its recall"] = News(
            OtherBytes,
            (w, _) => World.Write(w.Snapshot(), w.Feed() with { Content = w.Old.Files["metadata/3.tinh.json"] })
        ),
        ["a feed that another signed"] = News(
            OtherBytes,
            (w, _) =>
                World.Write(
                    w.Snapshot(),
                    w.Feed() with
                    {
                        Content = World.Change(w.New.Files["metadata/4.tinh.json"], "muong-te"),
                    }
                )
        ),
        ["a bin with what was recalled"] = News(
            OtherBytes,
            (w, _) => World.Write(w.Snapshot(), w.Feed(), w.BinEntry() with { Content = w.Old.Files[w.OldBinPath] })
        ),
        ["a bin in the place of another"] = News(
            OtherBytes,
            (w, _) => World.Write(w.Snapshot(), w.Feed(), w.BinEntry() with { Content = w.New.Files[w.OtherBinPath] })
        ),
        ["an unsigned bin"] = News(
            OtherBytes,
            (w, _) => World.Write(w.Snapshot(), w.Feed(), w.BinEntry() with { Content = World.Unsigned(w.BinFile) })
        ),
        ["recalls emptied"] = News(
            OtherBytes,
            (w, _) =>
                World.Write(
                    w.Snapshot(),
                    w.Feed(),
                    w.BinEntry(),
                    w.RecallsEntry() with
                    {
                        Content = """{"format":1,"recalls":[]}"""u8.ToArray(),
                    }
                )
        ),
    };

    public static TheoryData<string> AllLies => [.. Lies.Keys];

    public static TheoryData<string> AllNewsLies => [.. NewsLies.Keys];

    [Fact]
    public void There_are_more_than_fifty() => Assert.True(Lies.Count + NewsLies.Count > 50);

    [Theory]
    [MemberData(nameof(AllLies))]
    public async Task It_is_named_and_gains_nothing(string lie)
    {
        var world = await World.Make();
        var (code, role, tell, daysLater) = Lies[lie];
        var now = world.Now.AddDays(daysLater);
        var mirror = tell(world);

        var refused = await Assert.ThrowsAnyAsync<DistributionException>(() => world.Pull(mirror, now));

        Assert.Contains(refused.Code, code.Split(' '));
        var expected = role switch
        {
            "bin" => world.Bin,
            "manifest" => World.NewestManifest,
            _ => role,
        };
        Assert.Equal(expected, Assert.IsType<TufException>(refused).Role);
        await world.GainedNothing();
    }

    [Theory]
    [MemberData(nameof(AllNewsLies))]
    public async Task News_that_lie_are_named_and_the_plain_files_taken(string lie)
    {
        var world = await World.Make();
        var (code, _, tell, _) = NewsLies[lie];

        var feed = await world.Pull(tell(world), world.Now);

        Assert.Contains(world.Point.RefusedNews?.Code, code.Split(' '));
        world.IsHonest(feed);
        await world.GainedNothing();
    }

    [Theory]
    [InlineData("missing", false)]
    [InlineData("empty", true)]
    [InlineData("truncated", true)]
    [InlineData("not packed", true)]
    [InlineData("of another release", true)]
    public async Task A_packed_manifest_that_lies_is_named_and_the_plain_one_taken(string lie, bool isNamed)
    {
        var world = await World.Make();
        var path = PlaneLayout.PackedPath(world.ManifestPath);
        var packed = world.New.Files[path];
        var told = lie switch
        {
            "missing" => null,
            "empty" => [],
            "truncated" => packed[..^1],
            "not packed" => world.New.Files[world.ManifestPath],
            _ => world.New.Files.First(f => f.Key != path && f.Key.EndsWith(".zst", StringComparison.Ordinal)).Value,
        };

        world.IsHonest(await world.Pull(world.New.With(path, told), world.Now));

        Assert.Equal(isNamed ? "wrong-hash" : null, world.RefusedPacked?.Code);
        await world.GainedNothing();
    }

    [Fact]
    public async Task A_feed_has_no_say_in_anothers_bins_nor_a_bin_in_its_neighbours()
    {
        var world = await World.Make();
        var foreign = await Sample.Build(Sample.Description("x/tin-gia", version: 9, id: 900), ("a.txt", [1]));
        var bin = Forge.Signed(
            world.BinFile,
            s =>
            {
                foreach (var feed in new[] { "muong-te", "tinh" })
                {
                    var id = Enumerable
                        .Range(1000, 1000)
                        .Select(i => Sample.Description(id: i).ReleaseId)
                        .First(id => World.BinOf(feed, id) != $"{feed}{world.Bin[4..]}");
                    s["targets"]![PlaneLayout.ReleaseTarget(feed, id)] = FeedFormat.WriteRelease(
                        foreign.Manifest with
                        {
                            Release = foreign.Manifest.Release with { ReleaseId = id },
                        },
                        [1]
                    );
                }
            },
            Repository.Key("tinh")
        );

        var mirror = world.Resign(bin);

        world.IsHonest(await world.Pull(mirror, world.Now));
        Assert.Empty((await world.Point.LoadFeed("muong-te", mirror, world.Now)).Releases);
        await world.GainedNothing();
    }

    [Fact]
    public async Task Trouble_with_news_alone_is_no_trouble()
    {
        var world = await World.Make();
        var mirror = new Liar(world.New)
        {
            Metadata = (name, _) =>
                name.Contains("news", StringComparison.Ordinal)
                    ? throw new HttpRequestException("500")
                    : world.New.Files.GetValueOrDefault(PlaneLayout.MetadataPath(name)),
        };

        world.IsHonest(await world.Pull(mirror, world.Now));
        Assert.Null(world.Point.RefusedNews);
    }

    [Fact]
    public async Task Other_trouble_is_the_callers_and_changes_nothing()
    {
        var world = await World.Make();
        var mirror = new Liar(world.New)
        {
            Metadata = (name, _) =>
                name == "4.tinh.json" || name.Contains("news", StringComparison.Ordinal)
                    ? throw new HttpRequestException("The link went.")
                    : world.New.Files.GetValueOrDefault(PlaneLayout.MetadataPath(name)),
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Pull(mirror, world.Now));
        await world.GainedNothing();
    }

    private static Lie Timestamp(string code, Func<World, byte[], byte[]?> offer) =>
        new(code, "timestamp", w => w.New.With(PlaneLayout.Timestamp, offer(w, w.New.Files[PlaneLayout.Timestamp])));

    private static Lie File(string code, string role, string path, Func<World, byte[], byte[]?> offer) =>
        new(code, role, w => w.WithoutNews().With(path, offer(w, w.New.Files[path])));

    private static Lie Bin(string code, Func<World, byte[], byte[]?> offer) =>
        new(code, "bin", w => w.WithoutNews().With(w.BinPath, offer(w, w.BinFile)));

    private static Lie Stolen(string code, string role, Func<World, IMirror> tell) => new(code, role, tell);

    private static Lie Recalls(string code, Func<World, byte[], byte[]?> offer) =>
        new(code, "tinh/recalls.json", w => w.WithoutNews().With(w.RecallsPath, offer(w, w.New.Files[w.RecallsPath])));

    private static Lie Root(string code, Func<World, byte[], byte[]?> offer) =>
        new(code, "root", w => w.New.With("metadata/2.root.json", offer(w, w.RootFile)), DaysLater: 1);

    private static Lie Manifest(string code, Func<World, byte[], byte[]?> offer) =>
        new(
            code,
            "manifest",
            w =>
                w.New.With(PlaneLayout.PackedPath(w.ManifestPath), null)
                    .With(w.ManifestPath, offer(w, w.New.Files[w.ManifestPath]))
        );

    private static Lie News(string code, Func<World, byte[], byte[]?> offer) =>
        new(code, null, w => w.New.With(World.NewsPath, offer(w, w.New.Files[World.NewsPath])));
}
