using System.Diagnostics;
using System.Globalization;

namespace LaiChau.Benchmarks;

/// <summary>What a process cost, with all processes that it started and waited for.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="PeakBytes">Most memory resident at once, of the largest of them.</param>
internal readonly record struct Cost(double CpuSeconds, long PeakBytes)
{
    public static Cost operator +(Cost one, Cost other) =>
        new(one.CpuSeconds + other.CpuSeconds, Math.Max(one.PeakBytes, other.PeakBytes));
}

/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
/// <param name="Cost">What it cost.</param>
internal sealed record Finished(int ExitCode, string Output, string Errors, Cost Cost)
{
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    public Finished OrThrow() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"Ended with {ExitCode}: {Output}{Errors}");
}

/// <summary>Runs a process to its end and reads the kernel's account of it, through GNU time.</summary>
internal static class Measure
{
    public static async Task<Finished> Run(string program, IReadOnlyList<string> arguments, string? folder = null)
    {
        var account = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(
                    "/usr/bin/time",
                    ["--quiet", "--format=%U %S %M", $"--output={account}", program, .. arguments]
                )
                {
                    UseShellExecute = false,
                    WorkingDirectory = folder,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    Environment = { ["LC_ALL"] = "C.UTF-8" },
                }
            )!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return new(process.ExitCode, await output, errors, Read(await File.ReadAllTextAsync(account)));
        }
        finally
        {
            File.Delete(account);
        }
    }

    /// <summary>Most memory that a running process held resident at once.</summary>
    public static long PeakBytesOf(int process) =>
        long.Parse(
            File.ReadLines($"/proc/{process}/status")
                .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) * 1024;

    private static Cost Read(string account) =>
        account.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            is [.., var user, var system, var peak]
            ? new(Number(user) + Number(system), (long)Number(peak) * 1024)
            : throw new InvalidOperationException("GNU time said nothing; Debian's package is called time.");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
