using System.Diagnostics;
using LaiChau.Benchmarks.Agent;
using LaiChau.Benchmarks.Corpus;
using LaiChau.Benchmarks.Peers;

namespace LaiChau.Benchmarks.Format;

/// <summary>What updates cost over the distribution format, beside the tools of a Debian machine.</summary>
internal static class FormatBenchmark
{
    public static async Task<int> Run(string[] arguments)
    {
        var corpus = Path.GetFullPath(
            Option(arguments, "--corpus") ?? Path.Combine(Path.GetTempPath(), "laichau-benchmarks")
        );
        var only = Option(arguments, "--only") ?? "";
        var started = Stopwatch.GetTimestamp();
        var pairs = (await ReleasePair.Make(corpus))
            .Where(p => p.Name.Contains(only, StringComparison.Ordinal))
            .ToList();
        var peers = new PeerResults(corpus, fresh: arguments.Contains("--fresh"));
        await peers.Open();
        var rows = new List<Row>();
        var agent = await InstalledAgent.Build();
        await using var publisher = new PublisherProcess();
        foreach (var pair in pairs)
        {
            await Console.Error.WriteLineAsync($"{pair.Name} ({Stopwatch.GetElapsedTime(started):m\\:ss})");
            rows.Add(
                new(
                    pair,
                    await peers.Compare(pair.Old, pair.New, Peer.All),
                    await peers.Compare(
                        pair.Older ?? pair.Old,
                        pair.New,
                        Peer.All.Where(p => p.Kind == PeerKind.Chunked)
                    ),
                    await UpdateRun.Of(pair, Path.Combine(corpus, ".ours"), publisher, agent)
                )
            );
        }
        Report.Write(rows, peers, Stopwatch.GetElapsedTime(started));
        return 0;
    }

    private static string? Option(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is >= 0 and var i && i + 1 < arguments.Length ? arguments[i + 1] : null;
}

/// <summary>A pair, and what everybody needed for it.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Peers">From the release before, by tool.</param>
/// <param name="PeersFromOther">From the older release, by tool.</param>
/// <param name="Ours">Ours.</param>
internal sealed record Row(
    ReleasePair Pair,
    IReadOnlyDictionary<string, PeerResult> Peers,
    IReadOnlyDictionary<string, PeerResult> PeersFromOther,
    UpdateRun Ours
)
{
    /// <summary>The least that a pairwise tool needed: another for every pair.</summary>
    public PeerResult? Best =>
        Peer
            .All.Where(p => p.Kind == PeerKind.Pairwise)
            .Select(p => Peers.GetValueOrDefault(p.Name))
            .OfType<PeerResult>()
            .MinBy(r => r.Bytes);
}
