using System.Diagnostics;
using System.Text.Json;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;
using LaiChau.Testing;

namespace LaiChau.Cli.Tests.Sticks;

/// <summary>What <c>lcp export</c> leaves on a stick serves a reader as the gateway does.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private readonly TemporaryFolder usb = new();
    private PublishedPlane plane = null!;

    private string Stick => Path.Combine(usb.Path, "laichau");

    public async ValueTask InitializeAsync() => plane = await PublishedPlane.Start();

    public async ValueTask DisposeAsync()
    {
        await plane.DisposeAsync();
        usb.Dispose();
    }

    [Fact]
    public async Task A_reader_finds_on_the_stick_all_that_the_feed_has()
    {
        var manifests = new List<ReleaseManifest>();
        for (var i = 0; i < 20; i++)
        {
            manifests.Add(await plane.Publish($"x/p{i}", 1, Noise(i, 50_000)));
        }
        plane.Recall(manifests[3]);
        await plane.Publish("y/z", 1, Noise(99, 70_000), feed: "sin-ho");

        var run = await Export();

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("Điểm nhận đến", run.Output, StringComparison.Ordinal);
        var view = await Read("tinh");
        Assert.Equal(19, view.Current.Count);
        Assert.True(view.IsRecalled(manifests[3].Release.ReleaseId));
        foreach (var release in view.Current)
        {
            await IsWhole(release);
        }
        await Assert.ThrowsAsync<TufException>(() => Read("sin-ho"));
        Assert.DoesNotContain(Files(), f => f.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Again_it_fetches_metadata_alone_and_removes_what_has_gone()
    {
        await plane.Publish("a/b", 1, Noise(1, 300_000));
        var goes = await plane.Publish("a/c", 1, Noise(2, 300_000));
        Assert.Equal(0, (await Export()).ExitCode);
        plane.Recall(goes);
        plane.Asked.Clear();

        var run = await Export("--json");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.DoesNotContain(plane.Asked, a => a.StartsWith("objects/", StringComparison.Ordinal));
        Assert.DoesNotContain(plane.Asked, a => a.Contains(".manifest", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Stick, goes.Pack.PlanePath)));
        Assert.InRange(JsonDocument.Parse(run.Output).RootElement.GetProperty("written").GetInt64(), 1, 20_000);
        Assert.Single(Files(), f => f.EndsWith(".snapshot.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_has_rotted_on_the_stick_is_fetched_again()
    {
        var manifest = await plane.Publish("a/b", 1, Noise(1, 300_000));
        Assert.Equal(0, (await Export()).ExitCode);
        var pack = Path.Combine(Stick, manifest.Pack.PlanePath);
        var bytes = await File.ReadAllBytesAsync(pack);
        bytes[200_000] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes);

        Assert.Equal(0, (await Export()).ExitCode);

        await IsWhole((await Read("tinh")).Current[0]);
    }

    [Fact]
    public async Task It_goes_on_where_the_link_was_cut()
    {
        var manifest = await plane.Publish("a/b", 1, Noise(1, 300_000));
        plane.Cuts.Enqueue(100_000);
        plane.Cuts.Enqueue(100_000);

        var run = await Export("--json");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(3, plane.Asked.Count(a => a == manifest.Pack.PlanePath));
        await IsWhole((await Read("tinh")).Current[0]);
    }

    [Fact]
    public async Task One_that_was_interrupted_leaves_what_was_there_and_goes_on_next_time()
    {
        var first = await plane.Publish("a/b", 1, Noise(1, 100_000));
        Assert.Equal(0, (await Export()).ExitCode);
        var next = await plane.Publish("a/b", 2, Noise(2, 300_000));
        plane.Cuts.Enqueue(100_000);
        for (var i = 0; i < 6; i++)
        {
            plane.Cuts.Enqueue(0);
        }

        var run = await Export();

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("chép tiếp", run.Errors, StringComparison.Ordinal);
        Assert.Equal(first.Release.ReleaseId, Assert.Single((await Read("tinh")).Current).Release.ReleaseId);
        await IsWhole((await Read("tinh")).Current[0]);

        plane.Cuts.Clear();
        run = await Export("--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        var written = JsonDocument.Parse(run.Output).RootElement.GetProperty("written").GetInt64();
        Assert.InRange(written, 1, next.Pack.Size - 20_000);
        await IsWhole((await Read("tinh")).Current[0]);
    }

    [Fact]
    public async Task Since_a_day_leaves_out_older_content_and_no_metadata()
    {
        var day = TimeProvider.System.GetUtcNow();
        await plane.Publish("a/old", 1, Noise(1, 50_000), madeAt: day.AddDays(-40));
        var young = await plane.Publish("a/young", 1, Noise(2, 50_000));

        var run = await Export("--since", day.AddDays(-7).ToString("yyyy-MM-dd", null));

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(2, (await Read("tinh")).Current.Count);
        Assert.Equal([young.Pack.PlanePath], Files().Where(f => f.StartsWith("objects/", StringComparison.Ordinal)));

        run = await Export("--release", Guid.CreateVersion7().ToString());
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("không có", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deltas_that_save_something_go_along()
    {
        var old = Noise(1, 300_000);
        var first = await plane.Publish("a/b", 1, old);
        byte[] changed = [.. old[..100_000], 1, 2, 3, .. old[100_000..]];
        var next = await plane.Publish("a/b", 2, changed, from: (first, old));
        var other = await plane.Publish("a/c", 1, old);
        await plane.Publish("a/c", 2, [.. old[..40_000], .. Noise(7, 260_000)], from: (other, old));

        Assert.Equal(0, (await Export()).ExitCode);

        var (small, large) = (
            (await Read("tinh")).Current.Single(r => r.Release.Package == "a/b"),
            (await Read("tinh")).Current.Single(r => r.Release.Package == "a/c")
        );
        Assert.Equal(next.Release.ReleaseId, small.Release.ReleaseId);
        Assert.True(File.Exists(Path.Combine(Stick, small.Deltas[0].Delta.PlanePath)));
        Assert.False(File.Exists(Path.Combine(Stick, Assert.Single(large.Deltas).Delta.PlanePath)));
    }

    [Fact]
    public async Task What_another_root_signed_is_not_exported()
    {
        await plane.Publish("a/b", 1, Noise(1, 10_000));
        await using var other = await PublishedPlane.Start();

        var run = await Lcp("export", "--to", usb.Path, "--root", other.Root, "--server", plane.Address.AbsoluteUri);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("không đúng chữ ký", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task It_says_what_is_missing()
    {
        await plane.Publish("a/b", 1, Noise(1, 10_000));

        var feed = await Export("--feed", "khong-co");
        Assert.Equal(1, feed.ExitCode);
        Assert.Contains("Không có kênh «khong-co»", feed.Errors, StringComparison.Ordinal);
        var nobody = await Lcp("export", "--to", usb.Path, "--root", plane.Root, "--server", "http://127.0.0.1:1");
        Assert.Equal(3, nobody.ExitCode);
        var nowhere = await Lcp("export", "--to", Path.Combine(usb.Path, "khong-co"), "--root", plane.Root);
        Assert.Equal(2, nowhere.ExitCode);
    }

    [Fact]
    public async Task A_stick_that_is_too_small_is_refused_before_anything_is_fetched_and_stays_as_it_was()
    {
        Mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", usb.Path);
        try
        {
            await plane.Publish("a/b", 1, Noise(1, 200_000));
            Assert.Equal(0, (await Export()).ExitCode);
            await plane.Publish("a/film", 1, Noise(2, 2_000_000));
            plane.Asked.Clear();

            var run = await Export();

            Assert.Equal(1, run.ExitCode);
            Assert.Contains("Không đủ chỗ", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain(plane.Asked, a => a.StartsWith("objects/", StringComparison.Ordinal));
            Assert.Equal("a/b", Assert.Single((await Read("tinh")).Current).Release.Package);
        }
        finally
        {
            Mount("umount", "--lazy", usb.Path);
        }
    }

    [Fact]
    public async Task A_stick_that_leads_elsewhere_is_not_written_to()
    {
        await plane.Publish("a/b", 1, Noise(1, 10_000));
        var elsewhere = Path.Combine(usb.Path, "nha");
        Directory.CreateDirectory(elsewhere);
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "thu.txt"), "của tôi");
        Directory.CreateDirectory(Stick);
        Directory.CreateSymbolicLink(Path.Combine(Stick, "objects"), elsewhere);

        var run = await Export();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("liên kết đến nơi khác", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["thu.txt"], Directory.EnumerateFileSystemEntries(elsewhere).Select(Path.GetFileName));

        Directory.Delete(Path.Combine(Stick, "objects"));
        using (var made = Process.Start("mkfifo", [Path.Combine(Stick, "metadata.json.new")]))
        {
            await made.WaitForExitAsync();
        }
        Assert.Equal(0, (await Export()).ExitCode);
    }

    private Task<ProgramRun> Export(params string[] more) =>
        Lcp(["export", "--to", usb.Path, "--root", plane.Root, "--server", plane.Address.AbsoluteUri, .. more]);

    private Task<ProgramRun> Lcp(params string[] arguments) =>
        ProgramRun.Of(
            "services/Cli",
            arguments,
            new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = usb.Path + "-home" }
        );

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Stick, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Stick, f));

    private async Task<FeedView> Read(string feed)
    {
        var trust = new MemoryTrustStore();
        var (mirror, now) = (new FolderMirror(Stick), TimeProvider.System.GetUtcNow());
        await TufClient.Initialise(trust, await File.ReadAllBytesAsync(plane.Root));
        var client = new TufClient(trust);
        await client.Refresh(mirror, now);
        return await client.LoadFeed(feed, mirror, now);
    }

    private async Task IsWhole(FeedRelease release)
    {
        var mirror = new FolderMirror(Stick);
        var manifest = await TufClient.DownloadManifest(release, mirror);
        await using var pack = (await mirror.OpenContent(manifest.Pack.PlanePath, null, default))!;
        var head = new byte[manifest.Pack.HeadSize];
        await pack.ReadExactlyAsync(head);
        var index = PackIndex.Parse(head, manifest);
        var all = new PackRange(new(head.Length, manifest.Pack.Size - head.Length), 0, index.Frames.Count);
        var chunks = 0;
        await foreach (var chunk in PackReader.Read(index, all, pack))
        {
            chunks++;
        }
        Assert.Equal(index.Chunks.Count, chunks);
    }

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // Test data that repeats, not a secret.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    private static void Mount(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
