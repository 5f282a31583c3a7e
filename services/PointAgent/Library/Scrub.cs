using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// Reads all files from time to time, slowly, and hashes them: cheap disks forget silently, and a file that nobody opened for a year may be needed
/// tomorrow. What is found spoilt comes anew, as much of it as is spoilt.
/// </summary>
internal sealed class Scrub(
    AgentOptions options,
    AgentDb db,
    Shelf shelf,
    FileStore files,
    TrustedClock clock,
    TimeProvider time,
    ILogger<Scrub> log
) : BackgroundService
{
    /// <summary>4 MiB/s: a library of 2 GB in nine minutes, and a disk that is mostly free.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(FileStore.Step / (4.0 * 1024 * 1024));

    public ScrubResult? Last { get; private set; } = db.Read(c => c.Recall(Facts.Scrub, AgentJson.Default.ScrubResult));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // Not right after the start, when citizens wait for the first page; and a clock set back must not end it for years.
            var since = clock.Now - (Last?.At ?? DateTimeOffset.MinValue);
            var due = since < TimeSpan.Zero ? TimeSpan.Zero : options.Scrub - since;
            await Task.Delay(due > Soon ? Longest(due) : Soon, time, stoppingToken);
            if (due <= Soon)
                await Try(stoppingToken);
        }
    }

    private TimeSpan Soon => options.Scrub / 100;

    // A timer cannot wait longer than 49 days.
    private static TimeSpan Longest(TimeSpan due) => due < TimeSpan.FromDays(1) ? due : TimeSpan.FromDays(1);

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
        var (read, spoilt) = (0L, 0);
        foreach (var file in shelf.Held.SelectMany(r => r.Files).DistinctBy(f => f.Sha256))
        {
            if (await files.IsWhole(file.Sha256, file.Size, stop, Rest))
            {
                read += file.Size;
                continue;
            }
            if (!shelf.Held.Any(r => r.Files.Any(f => f.Sha256 == file.Sha256)))
                continue;
            spoilt++;
            shelf.Lose(file.Sha256);
        }
        Last = new(clock.Now, read, spoilt);
        db.Write(c => c.Remember(Facts.Scrub, Last, AgentJson.Default.ScrubResult));
        log.LogInformation(
            "All files were read: {Bytes} bytes are as they should, {Spoilt} files are not",
            read,
            spoilt
        );
    }
}

/// <param name="At">When it ended.</param>
/// <param name="Bytes">That were read and good.</param>
/// <param name="Spoilt">Files that had to come anew.</param>
internal sealed record ScrubResult(DateTimeOffset At, long Bytes, int Spoilt);
