using System.Globalization;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Days;

/// <summary>The wall clock of one process, set while it runs (libfaketime); its timers go by the machine's.</summary>
internal sealed class MachineClock : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("clock-");

    public MachineClock() => Set(TimeSpan.Zero);

    public TimeSpan Ahead { get; private set; }

    /// <summary>What the process is started with.</summary>
    public Dictionary<string, string?> Environment =>
        new()
        {
            ["LD_PRELOAD"] = FakeTime.Library,
            ["FAKETIME_TIMESTAMP_FILE"] = Offset,
            ["FAKETIME_CACHE_DURATION"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["NO_FAKE_STAT"] = "1",
        };

    private string Offset => Path.Combine(_place.FullName, "offset");

    /// <summary>A second later it is so.</summary>
    public void Set(TimeSpan ahead)
    {
        Ahead = ahead;
        File.WriteAllText(
            Offset + ".new",
            string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0;+0}\n")
        );
        File.Move(Offset + ".new", Offset, overwrite: true);
    }

    public void Dispose() => _place.Delete(recursive: true);
}
