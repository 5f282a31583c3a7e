using System.Diagnostics;
using System.Globalization;

namespace LaiChau.Benchmarks.Gateway;

/// <summary>What wrk got out of a server.</summary>
internal sealed record Load(long Requests, long Bytes)
{
    private const string Sum =
        "done = function(s) io.write(string.format('SUM %d %d %d\\n', s.requests, s.bytes, s.errors.status + s.errors.read)) end";

    public static async Task<Load> Run(
        Server server,
        string path,
        int connections,
        int seconds,
        params string[] headers
    )
    {
        var script = Path.Combine(server.Work, "sum.lua");
        await File.WriteAllTextAsync(script, Sum);
        string[] arguments =
        [
            "-t1",
            string.Create(CultureInfo.InvariantCulture, $"-c{connections}"),
            string.Create(CultureInfo.InvariantCulture, $"-d{seconds}s"),
            "-s",
            script,
            .. headers.SelectMany(header => new[] { "-H", header }),
            new Uri(server.Address, path).ToString(),
        ];
        using var wrk = Process.Start(
            new ProcessStartInfo("wrk", arguments) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var sum = output.Split('\n').Single(line => line.StartsWith("SUM ", StringComparison.Ordinal)).Split(' ');
        return sum[3] == "0"
            ? new Load(
                long.Parse(sum[1], CultureInfo.InvariantCulture),
                long.Parse(sum[2], CultureInfo.InvariantCulture)
            )
            : throw new InvalidOperationException($"{server.Name}: {output}");
    }
}
