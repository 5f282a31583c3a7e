using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Links;

/// <summary>A small film over a link that is bad for a short while; <c>tests/faults.sh</c> sets LCP_LINK and sends a large one over one as bad as they get.</summary>
public sealed class ThinLinkTests
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("LCP_LINK") is { Length: > 0 };

    [Fact]
    public async Task A_film_comes_over_a_link_that_loses_packets_and_is_cut_again_and_again()
    {
        var (size, delay, rate, every, cut) = IsFull
            ? (20_000_000, 150, 32_000, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(3))
            : (1_000_000, 30, 200_000, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        await using var link = new ThinLink(seed: 1, TimeSpan.FromMilliseconds(delay), loss: 0.05, rate);
        await using var headquarters = await Headquarters.OpenAt(link.Here);
        var film = await headquarters.Publish("a/film", 1, [Made.Film(1, size)]);
        var folder = Directory.CreateTempSubdirectory("point-");
        var log = new ConcurrentQueue<string>();
        // As it is installed: all its waits are those it has by default.
        var start = new ProcessStartInfo(
            "ip",
            ["netns", "exec", link.Namespace, "dotnet", "exec", Repository.Program("services/PointAgent")]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["Agent__Server"] = headquarters.Address.ToString();
        start.Environment["Agent__DataFolder"] = folder.FullName;
        start.Environment["Agent__Urls"] = "http://127.0.0.1:8080";
        start.Environment["Agent__EnrolmentCode"] = "MAU-0001";
        start.Environment["Agent__Sticks"] = "";
        var watch = Stopwatch.StartNew();
        using var agent = Process.Start(start)!;
        agent.OutputDataReceived += (_, line) => log.Enqueue($"{watch.Elapsed.TotalSeconds, 7:0.0} s  {line.Data}");
        agent.BeginOutputReadLine();
        var cuts = 0;
        try
        {
            while (!headquarters.EventsOf("shown").Any())
            {
                Assert.True(watch.Elapsed < TimeSpan.FromMinutes(IsFull ? 60 : 5), "it does not come");
                Assert.False(agent.HasExited);
                await Task.Delay(every);
                link.Silence(true);
                await Task.Delay(cut);
                // Every other time what was open is gone, too.
                if (++cuts % 2 == 0)
                    await link.Forget();
                link.Silence(false);
            }
        }
        finally
        {
            agent.Kill(entireProcessTree: true);
            await agent.WaitForExitAsync();
            foreach (var line in log)
                TestContext.Current.TestOutputHelper!.WriteLine(line);
        }
        var stored = Path.Combine(
            folder.FullName,
            "files",
            film.Files[0].Sha256.ToString()[..2],
            film.Files[0].Sha256.ToString()
        );
        Assert.Equal(Made.Noise(1, size), await File.ReadAllBytesAsync(stored));
        folder.Delete(recursive: true);

        // Counted by the point, of what it has read; and whatever came out of the link, with heads, answers and what TCP sent again.
        var read = headquarters.EventsOf("pull").Sum(e => (long)e["bytes"]!);
        var twice = read - film.Pack.Size;
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{size} bytes, {delay} ms each way, 5 % loss, {rate * 8 / 1000} kbit/s, {cuts} cuts of {cut.TotalSeconds} s, half of them ending all connections: "
                    + $"{watch.Elapsed.TotalSeconds:0} s, {twice} bytes read beyond the pack's {film.Pack.Size} ({100.0 * twice / film.Pack.Size:0.0} %), {link.Delivered} bytes of packets"
            )
        );
        Assert.InRange(twice, 0, Math.Max(film.Pack.Size / 50, IsFull ? 0 : cuts / 2 * 64 * 1024 + 4096));
    }
}
