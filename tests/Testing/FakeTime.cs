using System.Globalization;

namespace LaiChau.Testing;

/// <summary>
/// A wall clock of its own for a process (libfaketime, preloaded: the command of that name refuses to start where a process that was killed has left
/// its semaphore to the next one of the same id). Its timers go by the machine's.
/// </summary>
public static class FakeTime
{
    public static string Library =>
        Directory
            .GetDirectories("/usr/lib", "*-linux-gnu*")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
            .First(File.Exists);

    /// <summary>What the process is started with for a clock that is ahead by whole seconds.</summary>
    public static Dictionary<string, string?> Ahead(TimeSpan by) =>
        new()
        {
            ["LD_PRELOAD"] = Library,
            ["FAKETIME"] = string.Create(CultureInfo.InvariantCulture, $"{by.TotalSeconds:+0;-0;+0}"),
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        };
}
