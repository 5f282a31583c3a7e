using LaiChau.PointAgent.Storage;
using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// Reads all files from time to time, slowly, and hashes them: cheap disks forget silently, and a file that nobody opened for a year may be needed
/// tomorrow. What is found spoilt comes anew, as much of it as is spoilt.
/// </summary>
internal sealed class Scrub(
    AgentOptions options,
    AgentDb db,
    Shelf shelf,
    FileStore store,
    TrustedClock clock,
    TimeProvider time,
    ILogger<Scrub> log
) : BackgroundService
{
    /// <summary>4 MiB/s: a library of 2 GB in nine minutes, and a disk that is mostly free.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(FileStore.Step / (4.0 * 1024 * 1024));

    /// <summary>So much is not read twice where the power goes.</summary>
    private const long WorthKeeping = 64 * 1024 * 1024;

    public ScrubResult? Last { get; private set; } = db.Read(c => c.Recall(Facts.Scrub, AgentJson.Default.ScrubResult));

    /// <summary>After a start, citizens wait for the first page.</summary>
    private TimeSpan Soon { get; } = Shorter(options.Scrub / 100, TimeSpan.FromMinutes(10));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var due = Due();
            // A timer cannot wait longer than 49 days.
            await Task.Delay(due > Soon ? Shorter(due, TimeSpan.FromDays(1)) : Soon, time, stoppingToken);
            if (due <= Soon)
                await Try(stoppingToken);
        }
    }

    /// <summary>At once where one was broken off, and where the clock has gone back.</summary>
    private TimeSpan Due()
    {
        if (Last is not { After: null } last || clock.Now < last.At)
            return TimeSpan.Zero;
        return options.Scrub - (clock.Now - last.At);
    }

    private async Task Try(CancellationToken stop)
    {
        try
        {
            await Run(stop);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            log.LogError(error, "Reading all files anew failed; it is tried again");
        }
    }

    private async Task Run(CancellationToken stop)
    {
        var so = Last is { After: not null } brokenOff ? brokenOff : new ScrubResult(clock.Now, 0, 0, "");
        var kept = so.Bytes;
        var files = shelf
            .Held.SelectMany(r => r.Files)
            .DistinctBy(f => f.Sha256)
            .Where(f => string.CompareOrdinal(f.Sha256, so.After) > 0)
            .OrderBy(f => f.Sha256, StringComparer.Ordinal)
            .ToList();
        foreach (var file in files)
        {
            var isWhole = await store.IsWhole(file.Sha256, file.Size, stop, Rest);
            var isSpoilt = !isWhole && shelf.Held.Any(r => r.Files.Any(f => f.Sha256 == file.Sha256));
            if (isSpoilt)
                shelf.Lose(file.Sha256);
            so = so with
            {
                Bytes = so.Bytes + (isWhole ? file.Size : 0),
                Spoilt = so.Spoilt + (isSpoilt ? 1 : 0),
                After = file.Sha256,
            };
            if (so.Bytes - kept < WorthKeeping && !isSpoilt)
                continue;
            Keep(so);
            kept = so.Bytes;
        }
        Keep(so with { At = clock.Now, After = null });
        log.LogInformation(
            "All files were read: {Bytes} bytes are as they should, {Spoilt} files were not",
            so.Bytes,
            so.Spoilt
        );
    }

    private void Keep(ScrubResult so)
    {
        db.Write(c => c.Remember(Facts.Scrub, so, AgentJson.Default.ScrubResult));
        Last = so;
    }
}

/// <param name="At">When it ended, or began as long as it goes on.</param>
/// <param name="Bytes">That were read and good.</param>
/// <param name="Spoilt">Files that had to come anew.</param>
/// <param name="After">The file last read, in the order of their names: what comes after it is still to be read. Null: nothing is.</param>
internal sealed record ScrubResult(DateTimeOffset At, long Bytes, int Spoilt, string? After);
