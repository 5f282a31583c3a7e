using System.Diagnostics;
using System.Globalization;

namespace LaiChau.Benchmarks.Format;

/// <summary><see cref="Publisher"/>, from outside.</summary>
internal sealed class PublisherProcess : IAsyncDisposable
{
    private readonly Process _process = Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, "publisher")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // As in the service's image.
            Environment = { ["MALLOC_MMAP_THRESHOLD_"] = "1048576", ["DOTNET_GCConserveMemory"] = "5" },
        }
    )!;

    /// <returns>CPU of the task alone; memory of the process until then.</returns>
    public async Task<Cost> Do(params string[] task)
    {
        await _process.StandardInput.WriteLineAsync(string.Join('\t', task));
        await _process.StandardInput.FlushAsync();
        return (await _process.StandardOutput.ReadLineAsync())?.Split('\t') is [var seconds, var peak]
            ? new(double.Parse(seconds, CultureInfo.InvariantCulture), long.Parse(peak, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"The publisher did not do it: {string.Join(' ', task)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
