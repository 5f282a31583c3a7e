using LaiChau.Cli.Api;
using LaiChau.Cli.Push;
using static LaiChau.Cli.Tests.CuttingUploadServer;

namespace LaiChau.Cli.Tests.Push;

public sealed class FolderPushTests : IAsyncLifetime
{
    private static readonly PackageDescription About = new()
    {
        Package = "nong-nghiep/che-shan",
        Title = new Dictionary<string, string>(StringComparer.Ordinal) { ["vi"] = "Chăm sóc chè Shan" },
        Category = "smart-farming",
        Languages = ["vi"],
    };
    private readonly TemporaryFolder folder = new();
    private CuttingUploadServer server = null!;
    private HttpClient http = null!;
    private PlatformClient client = null!;

    public async ValueTask InitializeAsync()
    {
        server = await Start();
        http = new HttpClient { BaseAddress = server.Address };
        client = new PlatformClient(http, TimeProvider.System);
        await client.SignIn(User, Password);
        folder.With("index.html", "<h1>Chè Shan</h1>").WithNoise("phim/a.mp4", 3_000_000, 1).With("trong.txt", "");
    }

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Delivers_every_file_whole()
    {
        var release = await Push();

        Assert.Equal("awaitingApproval", release.State);
        AssertServerHasTheFolder();
        Assert.Equal(server.Blocks.Count, server.Uploads);
        Assert.Equal("text/html", server.LastPush["files"]![0]!["mediaType"]!.GetValue<string>());
    }

    [Fact]
    public async Task Goes_on_after_cut_connections_and_lost_answers()
    {
        server.OnUpload = n =>
            n switch
            {
                3 or 4 => Fault.CutWhileReceiving,
                9 => Fault.CutBeforeAnswering,
                15 => Fault.Busy,
                _ => Fault.None,
            };

        await Push();

        AssertServerHasTheFolder();
        // What arrived before a drop is not sent again: at most what was on its way with it.
        Assert.InRange(server.Uploads, server.Blocks.Count + 1, server.Blocks.Count + 4);
    }

    [Fact]
    public async Task A_lost_answer_to_the_completion_makes_no_second_release()
    {
        server.LostCompletions = 1;

        var release = await Push();

        Assert.Equal(1, server.ReleasesMade);
        Assert.Equal("nong-nghiep/che-shan", release.Package);
    }

    [Fact]
    public async Task Sends_only_what_a_broken_off_push_has_left_out()
    {
        server.OnUpload = n => n > 5 ? Fault.CutWhileReceiving : Fault.None;
        await Assert.ThrowsAsync<ServerUnreachableException>(() => Push(barrenRounds: 1));
        var there = server.Blocks.Count;
        var before = server.Uploads;
        server.OnUpload = _ => Fault.None;

        await Push();

        AssertServerHasTheFolder();
        Assert.Equal(server.Blocks.Count - there, server.Uploads - before);
        Assert.True(there > 0);
    }

    [Fact]
    public async Task Sends_only_the_blocks_around_a_change()
    {
        await Push();
        var before = server.Uploads;
        var path = Path.Combine(folder.Path, "phim", "a.mp4");
        var bytes = await File.ReadAllBytesAsync(path);
        byte[] changed = [.. bytes[..1_500_000], .. "thêm ở giữa"u8, .. bytes[1_500_000..]];
        await File.WriteAllBytesAsync(path, changed);

        await Push();

        AssertServerHasTheFolder();
        Assert.InRange(server.Uploads - before, 1, 3);
    }

    [Fact]
    public async Task Sends_a_block_that_occurs_twice_only_once()
    {
        folder.With("phim/ban-sao.mp4", await File.ReadAllBytesAsync(Path.Combine(folder.Path, "phim", "a.mp4")));

        await Push();

        AssertServerHasTheFolder();
        Assert.Equal(server.Blocks.Count, server.Uploads);
    }

    [Fact]
    public async Task Gives_up_when_nothing_gets_through_and_says_so()
    {
        server.OnUpload = _ => Fault.CutWhileReceiving;

        await Assert.ThrowsAsync<ServerUnreachableException>(() => Push(barrenRounds: 2));
    }

    [Fact]
    public async Task Says_that_a_file_changed_on_the_way()
    {
        var path = Path.Combine(folder.Path, "phim", "a.mp4");
        server.OnUpload = n =>
        {
            if (n == 1)
            {
                // Not through FileMode.Create: the uploads under way hold the file open.
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.Write(new byte[3_000_000]);
            }
            return n == 1 ? Fault.Busy : Fault.None;
        };

        var refused = await Assert.ThrowsAsync<FolderRefusedException>(() => Push());

        Assert.Contains("đã thay đổi", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_progress_up_to_the_whole()
    {
        var seen = new SeenProgress();

        await Push(progress: seen);

        var last = seen.Reports[^1];
        Assert.Equal("complete", last.Phase);
        Assert.Equal(last.Total, last.Present);
        Assert.Equal(folder.Path is { } root ? Sizes(root) : 0, last.Total);
        Assert.Contains(seen.Reports, r => r.Phase == "send" && r.Present > 0 && r.Present < r.Total);
    }

    private Task<Release> Push(int barrenRounds = 9, IProgress<PushProgress>? progress = null) =>
        new FolderPush(client, TimeProvider.System) { MaxBarrenRounds = barrenRounds }.Push(
            folder.Path,
            About,
            progress,
            TestContext.Current.CancellationToken
        );

    private void AssertServerHasTheFolder()
    {
        var there = server.Files();
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder.Path, file);
            Assert.True(there[path].AsSpan().SequenceEqual(File.ReadAllBytes(file)), path);
        }
    }

    private static long Sizes(string root) =>
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);

    private sealed class SeenProgress : IProgress<PushProgress>
    {
        private readonly List<PushProgress> reports = [];

        public IReadOnlyList<PushProgress> Reports => reports;

        public void Report(PushProgress value)
        {
            lock (reports)
            {
                reports.Add(value);
            }
        }
    }
}
