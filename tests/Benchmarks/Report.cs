using System.Globalization;
using LaiChau.Benchmarks.Format;
using LaiChau.Benchmarks.Peers;

namespace LaiChau.Benchmarks;

/// <summary>The tables, in Markdown, on standard output.</summary>
internal static class Report
{
    private const double Megabyte = 1e6;

    public static void Write(IReadOnlyList<Row> rows, PeerResults peers, TimeSpan took)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var counted = rows.Where(r => r.Pair.IsInTotals).ToList();
        Line(
            $"{counted.Count} pairs, {counted.Sum(r => r.Pair.New.Bytes) / Megabyte:n0} MB of new releases; {took.TotalMinutes:n1} minutes. "
                + string.Join(", ", peers.Versions.Values.Distinct())
                + "."
        );
        if (peers.Missing.Count > 0)
        {
            Line($"\nNot here and left out (Debian's names): {string.Join(", ", peers.Missing)}.");
        }
        Updates(rows, counted);
        Information(rows, counted);
        FromOther(rows, counted);
        Work(counted);
    }

    private static void Updates(IReadOnlyList<Row> rows, List<Row> counted)
    {
        var pairwise = Peer.All.Where(p => p.Kind == PeerKind.Pairwise).Select(p => p.Name).ToList();
        Line("\n## From the release before: bytes\n");
        Line($"| pair | files | new MB | {string.Join(" | ", pairwise)} | **ours** | × best | requests |");
        Line($"|---|---:|---:|{string.Concat(pairwise.Select(_ => "---:|"))}---:|---:|---:|");
        foreach (var row in rows)
        {
            var cells = pairwise.Select(name => Bytes(row.Peers.GetValueOrDefault(name)?.Bytes, row.Best?.Bytes));
            Line(
                $"| {row.Pair.Name} | {row.Pair.New.Files:n0} | {row.Pair.New.Bytes / Megabyte:n1} | {string.Join(" | ", cells)} "
                    + $"| {row.Ours.Update.Bytes:n0} | {(row.Pair.IsInTotals ? Ratio(row.Ours.Update.Bytes, row.Best?.Bytes) : "not counted")} "
                    + $"| {Requests(row.Ours.Update)} |"
            );
        }
        var sums = pairwise.Select(name => Sum(counted, r => r.Peers.GetValueOrDefault(name)?.Bytes));
        var best = Sum(counted, r => r.Best?.Bytes);
        var ours = counted.Sum(r => r.Ours.Update.Bytes);
        Line(
            $"| **total** | | {counted.Sum(r => r.Pair.New.Bytes) / Megabyte:n1} | {string.Join(" | ", sums.Select(s => Bytes(s, null)))} "
                + $"| {ours:n0} | **{Ratio(ours, best)}** | {counted.Max(r => r.Ours.Update.ContentRequests)} at most |"
        );
        var means = pairwise.Select(name =>
            Mean(counted, r => (r.Peers.GetValueOrDefault(name)?.Bytes, r.Best?.Bytes))
        );
        Line(
            $"| **geometric mean, × best** | | | {string.Join(" | ", means)} | "
                + $"| **{Mean(counted, r => (r.Ours.Update.Bytes, r.Best?.Bytes))}** | |"
        );
        var worst = counted.Where(r => r.Best is not null).MaxBy(r => (double)r.Ours.Update.Bytes / r.Best!.Bytes);
        if (worst is not null)
        {
            Line(
                $"\nBest of the tools, pair by pair: {best:n0} bytes. Worst pair: {worst.Pair.Name}, "
                    + $"{Ratio(worst.Ours.Update.Bytes, worst.Best!.Bytes)}×."
            );
        }
    }

    private static void Information(IReadOnlyList<Row> rows, List<Row> counted)
    {
        var others = Peer.All.Where(p => p.Kind != PeerKind.Pairwise).Select(p => p.Name).ToList();
        Line("\n## From the release before: the other tools\n");
        Line($"| pair | {string.Join(" | ", others.Select(o => $"{o} | requests"))} |");
        Line($"|---|{string.Concat(others.Select(_ => "---:|---:|"))}");
        foreach (var row in rows)
        {
            var cells = others
                .Select(name => row.Peers.GetValueOrDefault(name))
                .Select(r => $"{Bytes(r?.Bytes, null)} | {r?.Requests:n0}");
            Line($"| {row.Pair.Name} | {string.Join(" | ", cells)} |");
        }
        var sums = others.Select(name =>
            $"{Bytes(Sum(counted, r => r.Peers.GetValueOrDefault(name)?.Bytes), null)} | {Sum(counted, r => r.Peers.GetValueOrDefault(name)?.Requests):n0}"
        );
        Line($"| **total** | {string.Join(" | ", sums)} |");
    }

    private static void FromOther(IReadOnlyList<Row> rows, List<Row> counted)
    {
        var chunked = Peer.All.Single(p => p.Kind == PeerKind.Chunked).Name;
        Line("\n## From any other base: bytes\n");
        Line($"| pair | base | {chunked} | requests | **ours** | × | requests |");
        Line("|---|---|---:|---:|---:|---:|---:|");
        foreach (var row in rows)
        {
            var peer = row.PeersFromOther.GetValueOrDefault(chunked);
            Line(
                $"| {row.Pair.Name} | {(row.Pair.Older is null ? "the one before" : "further back")} | {Bytes(peer?.Bytes, null)} | {peer?.Requests:n0} "
                    + $"| {row.Ours.FromOther.Bytes:n0} | {(row.Pair.IsInTotals ? Ratio(row.Ours.FromOther.Bytes, peer?.Bytes) : "not counted")} "
                    + $"| {Requests(row.Ours.FromOther)} |"
            );
        }
        var theirs = Sum(counted, r => r.PeersFromOther.GetValueOrDefault(chunked)?.Bytes);
        var ours = counted.Sum(r => r.Ours.FromOther.Bytes);
        Line(
            $"| **total** | | {Bytes(theirs, null)} | {Sum(counted, r => r.PeersFromOther.GetValueOrDefault(chunked)?.Requests):n0} | {ours:n0} "
                + $"| **{Ratio(ours, theirs)}** | {counted.Max(r => r.Ours.FromOther.ContentRequests)} at most |"
        );
        Line(
            $"| **geometric mean** | | | | | **{Mean(counted, r => (r.Ours.FromOther.Bytes, r.PeersFromOther.GetValueOrDefault(chunked)?.Bytes))}** | |"
        );
    }

    private static void Work(List<Row> counted)
    {
        var megabytes = counted.Sum(r => r.Pair.New.Bytes) / Megabyte;
        var publishing = counted.Aggregate(default(Cost), (sum, r) => sum + r.Ours.Publishing);
        var updating = counted.Aggregate(default(Cost), (sum, r) => sum + r.Ours.Updating);
        var resting = counted.Sum(r => r.Ours.Resting.CpuSeconds);
        var most = counted.MaxBy(r => r.Ours.Updating.PeakBytes - r.Ours.Resting.PeakBytes)!;
        Line("\n## Work\n");
        Line("| | CPU s in all | of it starting | peak MB | |");
        Line("|---|---:|---:|---:|---|");
        Line(
            $"| publisher | {publishing.CpuSeconds:n1} | | {publishing.PeakBytes / Megabyte:n0} | for {megabytes:n0} MB |"
        );
        Line(
            $"| point | {updating.CpuSeconds:n1} | {resting:n1} | {updating.PeakBytes / Megabyte:n0} "
                + $"| {(updating.CpuSeconds - resting) * 100 / megabytes:n2} CPU s for 100 MB; "
                + $"{(most.Ours.Updating.PeakBytes - most.Ours.Resting.PeakBytes) / Megabyte:n0} MB above idle ({most.Pair.Name}) |"
        );
        foreach (var peer in Peer.All)
        {
            var results = counted.Select(r => r.Peers.GetValueOrDefault(peer.Name)).OfType<PeerResult>().ToList();
            if (results.Count > 0)
            {
                Line(
                    $"| {peer.Name} | {results.Sum(r => r.CpuSeconds):n1} | | {results.Max(r => r.PeakBytes) / Megabyte:n0} | |"
                );
            }
        }
        var worst = counted.MaxBy(r => r.Ours.FetchedAgain)!;
        var poll = counted.MaxBy(r => r.Ours.Idle.Bytes)!.Ours.Idle;
        Line($"\nFetched again after a cut: {worst.Ours.FetchedAgain:n0} bytes at most ({worst.Pair.Name}).");
        Line(
            $"Asking for news when there are none, by a program just started: {poll.Bytes:n0} bytes, {poll.MetadataRequests} requests."
        );
    }

    private static string Requests(Transfer transfer) => $"{transfer.ContentRequests} + {transfer.MetadataRequests}";

    private static string Bytes(long? bytes, long? best) =>
        bytes is null ? "—"
        : bytes == best ? $"**{bytes:n0}**"
        : $"{bytes:n0}";

    private static string Ratio(long ours, long? theirs) => theirs is > 0 ? $"{(double)ours / theirs:n2}" : "—";

    /// <summary>Null unless all have it: a sum over some would stand beside sums over all.</summary>
    private static long? Sum(List<Row> rows, Func<Row, long?> value) =>
        rows.TrueForAll(r => value(r) is not null) ? rows.Sum(value) : null;

    private static string Mean(List<Row> rows, Func<Row, (long? One, long? Other)> values)
    {
        var ratios = rows.Select(values).ToList();
        return ratios.TrueForAll(r => r is { One: > 0, Other: > 0 })
            ? $"{Math.Exp(ratios.Average(r => Math.Log((double)r.One! / (double)r.Other!))):n2}"
            : "—";
    }

    private static void Line(string line) => Console.WriteLine(line);
}
