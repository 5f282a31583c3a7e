using System.Diagnostics;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Faults;

/// <summary>strace, attached to a running process, makes calls of its fail or kills it at one of them; until disposed.</summary>
internal sealed class Injection : IAsyncDisposable
{
    private readonly Process _strace;

    private Injection(Process strace) => _strace = strace;

    /// <param name="process">Of this id; all its threads, too.</param>
    /// <param name="what">As strace's option -e inject takes it; when=N is counted for each thread.</param>
    /// <param name="path">Only calls that have to do with this file.</param>
    public static async Task<Injection> Into(int process, string what, string? path = null)
    {
        var calls = what.Split(':')[0];
        var strace = Process.Start(
            new ProcessStartInfo(
                "strace",
                [
                    .. (string[])["-f", "-qq", "-o", "/dev/null", "-p", $"{process}"],
                    .. (string[])["-e", $"trace={calls}", "-e", $"inject={what}"],
                    .. path is null ? (string[])[] : ["-P", path],
                ]
            )
        )!;
        // What is to kill it may have done so already.
        await Eventually.Holds(() => Task.FromResult(strace.HasExited || IsHeld(process, strace.Id)));
        return new Injection(strace);
    }

    private static bool IsHeld(int process, int by)
    {
        try
        {
            return Directory
                .EnumerateDirectories($"/proc/{process}/task")
                .All(thread => File.ReadLines($"{thread}/status").Contains($"TracerPid:\t{by}"));
        }
        catch (IOException)
        {
            // A thread ended meanwhile.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // It may have ended with the process it was attached to.
        using (var interrupt = Process.Start("kill", ["-INT", $"{_strace.Id}"]))
            await interrupt.WaitForExitAsync();
        await _strace.WaitForExitAsync();
        _strace.Dispose();
    }
}
