using LaiChau.Distribution.Content;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>Links are cut, power goes, disks fill: what had come stays, and at most 64 KiB are fetched again.</summary>
public sealed class CutTests
{
    private const int Allowed = 64 * 1024;

    [Fact]
    public async Task A_delta_goes_on_at_the_very_byte_where_it_was_cut()
    {
        // Three frames.
        await using var update = await Update.Prepare(news: 9_000_000);
        var (headquarters, point, delta) = (update.Headquarters, update.Point, update.Delta.Delta);
        var random = new Random(3);
        var cuts = Enumerable.Range(0, 7).Select(_ => random.NextInt64(delta.HeadSize, delta.Size)).Order().ToList();
        cuts.Insert(0, delta.HeadSize / 2);
        var left = new Queue<long>(cuts);
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != delta.PlanePath || !left.TryDequeue(out var cut))
                return false;
            await SendUntil(
                http,
                await File.ReadAllBytesAsync(headquarters.PathOf(path)),
                cut,
                () => point.BytesPulled() >= cut
            );
            return true;
        };
        await update.Happens();

        Assert.Equal(
            ["", .. cuts.Select(cut => $"bytes={cut}-{delta.Size - 1}")],
            headquarters.Asked.Select(a => a.Range)
        );
        Assert.Equal(delta.Size, headquarters.BytesServed(delta.PlanePath));
    }

    [Fact]
    public async Task A_pack_goes_on_after_the_last_whole_frame_wherever_it_was_cut()
    {
        await using var headquarters = await Headquarters.Open();
        var manifest = await headquarters.Publish("a/b", 1, [.. Made.Site(40), Made.Film(1, 3_000_000)]);
        var pack = manifest.Pack;
        var random = new Random(4);
        var cuts = Enumerable.Range(0, 6).Select(_ => random.NextInt64(pack.HeadSize, pack.Size)).Order().ToList();
        cuts.Insert(0, pack.HeadSize / 2);
        var left = new Queue<long>(cuts);
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != pack.PlanePath || !left.TryDequeue(out var cut))
                return false;
            var from = http.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;
            await BadLink.SendRange(
                http,
                await File.ReadAllBytesAsync(headquarters.PathOf(path)),
                cutAfter: cut - from
            );
            return true;
        };
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1, TimeSpan.FromSeconds(120));

        Assert.Equal(Made.Noise(1, 3_000_000), await point.File("/r/a/b/phim.mp4"));
        var asked = headquarters.Asked.Where(a => a.Path == pack.PlanePath).Select(a => a.Range).ToList();
        Assert.Equal(cuts.Count + 1, asked.Count);
        Assert.Equal("", asked[0]);
        Assert.Equal($"bytes={cuts[0]}-{pack.Size - 1}", asked[1]);
        foreach (var (range, cut) in asked.Skip(1).Zip(cuts))
            Assert.InRange(Start(range), cut - Allowed - 1024, cut);
    }

    [Fact]
    public async Task A_pack_that_is_cut_within_every_frame_gets_on_all_the_same()
    {
        await using var headquarters = await Headquarters.Open();
        var pack = (await headquarters.Publish("a/b", 1, [Made.Film(1, 120_000)])).Pack;
        var asked = 0;
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != pack.PlanePath)
                return false;
            // And every other time there is no link at all.
            if (asked++ % 2 == 1)
            {
                http.Abort();
                return true;
            }
            await BadLink.SendRange(
                http,
                await File.ReadAllBytesAsync(headquarters.PathOf(path)),
                cutAfter: pack.HeadSize + 40_000
            );
            return true;
        };
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1, TimeSpan.FromSeconds(120));

        Assert.Equal(Made.Noise(1, 120_000), await point.File("/r/a/b/phim.mp4"));
        Assert.InRange(headquarters.BytesServed(pack.PlanePath), pack.Size, pack.Size + 5);
    }

    [Fact]
    public async Task A_killed_program_goes_on_with_the_delta()
    {
        await using var killed = await Killed.Prepare(news: 1_000_000);
        var (headquarters, delta) = (killed.Headquarters, killed.Delta.Delta);
        const int Cut = 700_001;
        var hangs = true;
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != delta.PlanePath || !hangs)
                return false;
            hangs = false;
            await BadLink.SendRange(
                http,
                await File.ReadAllBytesAsync(headquarters.PathOf(path)),
                cutAfter: Cut,
                hang: true
            );
            return true;
        };
        headquarters.Announce(killed.Next, deltas: [killed.Delta]);
        await Eventually.Holds(() => Task.FromResult(killed.BytesPulled() == Cut));
        await killed.Agent.Kill();
        await killed.Agent.Start();
        await killed.IsShown();

        Assert.Equal(2, headquarters.Asked.Count);
        Assert.InRange(Start(headquarters.Asked[1].Range), Cut - Allowed, Cut);
    }

    [Fact]
    public async Task A_program_killed_while_it_builds_builds_again_and_fetches_nothing()
    {
        await using var killed = await Killed.Prepare(news: 20_000, film: 30_000_000);
        var headquarters = killed.Headquarters;
        // Something lies where the last file is to go, so that it is not done before it is killed.
        var obstacle = Directory.CreateDirectory(killed.Stored(Made.Noise(2, 20_000)));
        var unfinished = new DirectoryInfo(Path.Combine(killed.Folder, "scratch"));
        var begins = Eventually.Holds(
            () => Task.FromResult(unfinished.EnumerateFiles().Any(f => f is { Exists: true, Length: > 1_000_000 })),
            interval: TimeSpan.FromMilliseconds(2)
        );
        headquarters.Announce(killed.Next, deltas: [killed.Delta]);
        await begins;
        await killed.Agent.Kill();
        obstacle.Delete();
        await killed.Agent.Start();
        await killed.IsShown();

        Assert.Equal(killed.Delta.Delta.PlanePath, Assert.Single(headquarters.Asked).Path);
        await Eventually.Passes(() =>
        {
            Assert.Equal(
                killed.Next.Files.Sum(f => f.Size),
                Directory
                    .EnumerateFiles(Path.Combine(killed.Folder, "files"), "*", SearchOption.AllDirectories)
                    .Sum(f => new FileInfo(f).Length)
            );
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task What_a_power_cut_leaves_at_the_end_costs_no_more_than_64_KiB()
    {
        await using var update = await Update.Prepare(news: 1_000_000);
        var (headquarters, point, delta) = (update.Headquarters, update.Point, update.Delta.Delta);
        const int Cut = 7 * 65_536 + 30_000;
        var hangs = true;
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != delta.PlanePath || !hangs)
                return false;
            await BadLink.SendRange(
                http,
                await File.ReadAllBytesAsync(headquarters.PathOf(path)),
                cutAfter: Cut,
                hang: true
            );
            return true;
        };
        update.IsAnnounced();
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() == Cut));
        await point.Stop();
        hangs = false;
        // Length written, bytes not: what was not synced reads as zeros.
        var pulled = Assert.Single(Directory.GetFiles(Path.Combine(point.Folder, "pulls")));
        await using (var file = new FileStream(pulled, FileMode.Open))
        {
            file.SetLength(7 * 65_536);
            file.SetLength(Cut);
        }
        await point.Start();
        await update.IsShown();

        Assert.Equal(["", $"bytes={7 * 65_536}-{delta.Size - 1}"], headquarters.Asked.Select(a => a.Range));
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_leaves_the_screen_as_it_is_until_there_is_room()
    {
        await using var disk = SmallDisk.Mount(megabytes: 60);
        await using var update = await Update.Prepare(news: 5_000_000, disk: disk.Folder);
        var (headquarters, point, delta) = (update.Headquarters, update.Point, update.Delta.Delta);
        var isFull = new TaskCompletionSource();
        headquarters.Misbehave = async (http, path) =>
        {
            if (path != delta.PlanePath)
                return false;
            var bytes = await File.ReadAllBytesAsync(headquarters.PathOf(path));
            await http.Response.Body.WriteAsync(bytes.AsMemory(0, 2_000_000));
            await isFull.Task;
            await http.Response.Body.WriteAsync(bytes.AsMemory(2_000_000));
            return true;
        };
        update.IsAnnounced();
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() >= 2_000_000));
        var filler = disk.Fill();
        isFull.SetResult();
        await Eventually.Holds(async () =>
            (await point.Page("/trang-thai")).Contains("Đĩa đã đầy", StringComparison.Ordinal)
        );
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);

        headquarters.Misbehave = (_, _) => Task.FromResult(false);
        File.Delete(filler);
        await update.IsShown();
        await Eventually.Passes(async () =>
            Assert.DoesNotContain("Đĩa đã đầy", await point.Page("/trang-thai"), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Without_room_for_it_nothing_is_fetched()
    {
        await using var disk = SmallDisk.Mount(megabytes: 60);
        await using var update = await Update.Prepare(news: 5_000_000, disk: disk.Folder);
        var filler = disk.Fill(leaving: 12_000_000);
        update.IsAnnounced();
        await Eventually.Holds(async () =>
            (await update.Point.Page("/trang-thai")).Contains("Đĩa đã đầy", StringComparison.Ordinal)
        );
        Assert.Empty(update.Headquarters.Asked);
        File.Delete(filler);
        await update.IsShown();
    }

    [Fact]
    public async Task A_recall_overtakes_the_delta_and_leaves_nothing_of_it()
    {
        await using var update = await Update.Prepare(news: 1_000_000);
        var (headquarters, point) = (update.Headquarters, update.Point);
        await Crawls(update);
        headquarters.Recall(update.Next);
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() == 0));
        Assert.Equal(1, point.Shelf.Find("a/b")?.Version);
    }

    [Fact]
    public async Task A_recall_of_what_the_delta_builds_on_does_not_wait_and_the_next_release_still_comes()
    {
        await using var update = await Update.Prepare(news: 1_000_000);
        var headquarters = update.Headquarters;
        await Crawls(update);
        headquarters.Recall(update.First);
        await update.Point.ShowsNot("a/b", 1);
        await update.IsShown();
    }

    private static async Task Crawls(Update update)
    {
        var headquarters = update.Headquarters;
        BadLink.Crawl(headquarters, update.Delta.Delta.PlanePath, milliseconds: 400, () => true);
        update.IsAnnounced();
        await Eventually.Holds(() => Task.FromResult(update.Point.BytesPulled() > 30_000));
    }

    /// <summary>Cuts the line when what was sent has arrived.</summary>
    private static async Task SendUntil(HttpContext http, byte[] whole, long cut, Func<bool> hasArrived)
    {
        var range = http.Request.GetTypedHeaders().Range?.Ranges.Single();
        var from = (int)(range?.From ?? 0);
        if (range is not null)
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{whole.Length - 1}/{whole.Length}";
        }
        http.Response.ContentLength = whole.Length - from;
        await http.Response.Body.WriteAsync(whole.AsMemory(from, (int)cut - from));
        await http.Response.Body.FlushAsync();
        await Eventually.Holds(() => Task.FromResult(hasArrived()));
        http.Abort();
    }

    private static long Start(string range) =>
        long.Parse(
            range["bytes=".Length..range.IndexOf('-', StringComparison.Ordinal)],
            System.Globalization.CultureInfo.InvariantCulture
        );
}
