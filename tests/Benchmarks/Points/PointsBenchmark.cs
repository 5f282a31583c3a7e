using System.Diagnostics;
using System.Globalization;
using LaiChau.ManyPoints;
using LaiChau.Testing;

namespace LaiChau.Benchmarks.Points;

/// <summary>Many points pull one release through one gateway, all at once: whether all of them are whole then, and what it cost gateway and store.</summary>
internal static class PointsBenchmark
{
    /// <summary>Each point is a machine of its own, which waits for its disk without keeping the others waiting.</summary>
    private const int DisksAtOnce = 64;

    /// <summary>Less than what a point takes for a dead link.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly SampleRelease Sample = new(
        Pages: 24,
        Pictures: 12,
        PictureBytes: 90_000,
        FilmBytes: 2_500_000
    );

    public static async Task<int> Run(string[] arguments)
    {
        if (Count(arguments) is not { } count)
        {
            await Console.Error.WriteLineAsync("usage: Benchmarks points [--agents 1000]");
            return 2;
        }
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        ThreadPool.SetMinThreads(DisksAtOnce, DisksAtOnce);
        var work = Directory.CreateTempSubdirectory("laichau-bench-points-").FullName;
        try
        {
            await using var server = await PrivateServer.S3();
            var buckets = S3Buckets.On(new Uri(server.Address));
            var release = await PublishedRelease.Make(Sample, work, buckets);
            await using var door = await StoreDoor.Before(buckets.Endpoint);
            await using var gateway = await Gateway(buckets, door, Path.Combine(work, "cache"));
            await using var crowd = new Crowd(count, gateway.Address, release.Root, Path.Combine(work, "points"));
            var outcome = await Measure(crowd, count, release, gateway, door, buckets.Content);
            outcome.Write();
            return outcome.IsAsItShouldBe ? 0 : 1;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<PointsOutcome> Measure(
        Crowd crowd,
        int count,
        PublishedRelease release,
        ServiceProcess gateway,
        StoreDoor door,
        string bucket
    )
    {
        using var process = Process.GetProcessById(gateway.ProcessId);
        var before = process.TotalProcessorTime;
        var rush = Rush.Hold(door, release.Pack, gateway, count, LongestHold);
        var pulled = await crowd.Pull(release.Id, Patience);
        process.Refresh();
        return new()
        {
            Points = count,
            Release = release,
            WaitedForPack = await rush,
            Pulled = pulled,
            NotWhole = await crowd.NotWhole(release),
            Store = StoreReads.Of(door, bucket),
            Answers = await GatewayMetrics.Answers(gateway),
            GatewayCpuSeconds = (process.TotalProcessorTime - before).TotalSeconds,
            GatewayPeakBytes = process.PeakWorkingSet64,
        };
    }

    /// <summary>As in production, but for the rate limit, since all points have one address here, and for its patience with a store that is held.</summary>
    private static Task<ServiceProcess> Gateway(S3Buckets buckets, StoreDoor door, string cache)
    {
        var settings = new Dictionary<string, string?>(
            [.. buckets.Settings, .. TestTokens.Settings, Rush.Setting],
            StringComparer.Ordinal
        )
        {
            ["ObjectStore:Endpoint"] = door.Address.ToString(),
            ["Gateway:Cache:Folder"] = cache,
            ["Gateway:Limits:Content"] = "2000000000",
            ["DOTNET_gcServer"] = "0",
        };
        foreach (var service in new[] { "Catalog", "Bulletins", "Points", "Telemetry", "Console" })
        {
            settings[$"Gateway:Services:{service}"] = "http://127.0.0.1:9";
        }
        return ServiceProcess.Start("gateway", settings);
    }

    private static int? Count(string[] arguments) =>
        arguments switch
        {
            [] => 1000,
            ["--agents", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count > 0 =>
                count,
            _ => null,
        };
}
