using System.Diagnostics;
using System.Globalization;

namespace LaiChau.Benchmarks.Corpus;

/// <summary>One release of a pair, as a folder.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Bytes">Sum of its files.</param>
/// <param name="Files">How many.</param>
/// <param name="Hash">SHA-256 over names and contents: the same on every machine.</param>
internal sealed record Side(string Folder, long Bytes, int Files, string Hash);

/// <summary>A release and the one before it.</summary>
/// <param name="Name">Such as <c>04-json-data</c>.</param>
/// <param name="Old">The release before.</param>
/// <param name="New">The release.</param>
/// <param name="Older">A release some way further back; null where the corpus has none.</param>
internal sealed record ReleasePair(string Name, Side Old, Side New, Side? Older)
{
    /// <summary>
    /// One update of the corpus is so small that every tool's is next to nothing: it shows what an update costs at the least, in
    /// bytes; a ratio to it would say nothing, so it stands outside totals and means.
    /// </summary>
    public bool IsInTotals => !Name.EndsWith("-smallest", StringComparison.Ordinal);

    /// <summary>Makes what is missing of the corpus, and lists it.</summary>
    public static async Task<IReadOnlyList<ReleasePair>> Make(string folder)
    {
        using var script = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "corpus.sh"), folder])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        // What it says while it works goes to this process's own standard error; its table would stand in the way of ours.
        await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return script.ExitCode == 0
            ? List(folder)
            : throw new InvalidOperationException($"corpus.sh ended with {script.ExitCode}.");
    }

    private static List<ReleasePair> List(string folder)
    {
        var sides = File.ReadLines(Path.Combine(folder, "corpus.tsv"))
            .Select(line => line.Split('\t'))
            .Select(columns =>
                (
                    Name: columns[0],
                    Number: columns[1],
                    Side: new Side(
                        Path.Combine(folder, columns[0], columns[1]),
                        long.Parse(columns[2], CultureInfo.InvariantCulture),
                        int.Parse(columns[3], CultureInfo.InvariantCulture),
                        columns[4]
                    )
                )
            );
        return
        [
            .. from side in sides
            group side by side.Name into pair
            let byNumber = pair.ToDictionary(s => s.Number, s => s.Side)
            select new ReleasePair(pair.Key, byNumber["1"], byNumber["2"], byNumber.GetValueOrDefault("0")),
        ];
    }
}
