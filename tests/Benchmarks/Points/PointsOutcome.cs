using LaiChau.ManyPoints;

namespace LaiChau.Benchmarks.Points;

/// <summary>What came of it, and its table in Markdown.</summary>
internal sealed record PointsOutcome
{
    private const double Megabyte = 1e6;
    private const int MostTold = 10;

    public required int Points { get; init; }
    public required PublishedRelease Release { get; init; }

    /// <summary>Points that had asked for the pack when the store was let go on with it.</summary>
    public required int WaitedForPack { get; init; }
    public required Pulled Pulled { get; init; }

    /// <summary>The folders of points that are not whole.</summary>
    public required IReadOnlyList<string> NotWhole { get; init; }
    public required StoreReads Store { get; init; }

    /// <summary>Of the gateway, by status.</summary>
    public required IReadOnlyDictionary<int, long> Answers { get; init; }
    public required double GatewayCpuSeconds { get; init; }
    public required long GatewayPeakBytes { get; init; }

    public bool IsAsItShouldBe => NotWhole.Count == 0 && Store.Again.Count == 0 && Store.Objects > 0;

    public void Write()
    {
        var files = Release.Manifest.Files;
        var shown = Pulled.ShownAfter;
        Row($"{Points:n0} points, {files.Count} files, {files.Sum(f => f.Size) / Megabyte:n1} MB", "");
        Console.WriteLine("|---|---:|");
        Row("points that show the release and have every file of it, byte for byte", $"{Points - NotWhole.Count:n0}");
        Row("of them waiting for the pack when the store had given its first bytes", $"{WaitedForPack:n0}");
        Row("objects read from the store / readings", $"{Store.Objects:n0} / {Store.Reads:n0}");
        Row("readings of `timestamp.json`", $"{Store.Timestamp:n0}");
        Row("asked of the store and not there", $"{Store.Misses:n0}");
        if (shown.Count > 0)
        {
            Row(
                "seconds until the first, half and all that do show it",
                $"{shown[0].TotalSeconds:n1}, {shown[shown.Count / 2].TotalSeconds:n1}, {shown[^1].TotalSeconds:n1}"
            );
        }
        Row("content to points, MB (bodies)", $"{Pulled.Bytes / Megabyte:n1}");
        Row("requests for it", $"{Pulled.Requests:n0}");
        Row(
            "requests in all, by status",
            $"{Answers.Values.Sum():n0}: {string.Join(", ", Answers.OrderBy(a => a.Key).Select(a => $"{a.Value:n0} × {a.Key}"))}"
        );
        Row("transfers cut off and begun again", $"{Pulled.Transfers - shown.Count:n0}");
        Row("warnings of points", $"{Pulled.Troubles.Count:n0}");
        Row("gateway: CPU s, peak resident MB", $"{GatewayCpuSeconds:n1}, {GatewayPeakBytes / Megabyte:n0}");
        Tell("Not whole", NotWhole);
        Tell("Read more than once", Store.Again);
        Tell("Points warned", Pulled.Troubles);
    }

    private static void Row(string what, string value) => Console.WriteLine($"| {what} | {value} |");

    private static void Tell(string what, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            Console.WriteLine($"\n{what}:\n- {string.Join("\n- ", lines.Take(MostTold))}");
        }
    }
}
