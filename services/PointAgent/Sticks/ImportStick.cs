using LaiChau.Distribution;
using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Sticks;

/// <summary>Reads the signed metadata of a stick by the rules that hold for every mirror. What is refused changes nothing.</summary>
internal sealed class ImportStick(
    AgentOptions options,
    FollowFeeds feeds,
    StickReports reports,
    Shelf shelf,
    TrustedClock clock,
    ILogger<ImportStick> log
)
{
    /// <returns>What the point knows by it; null: no more than before.</returns>
    public async Task<KnownFeeds?> Run(Stick stick, CancellationToken stop)
    {
        var mirror = new StickMirror(stick, options, new TrafficMeter());
        var report = new StickReport(clock.Now, stick.Name, StickFinding.Unreadable);
        KnownFeeds? known = null;
        string? reason = null;
        try
        {
            report = await Label(report, mirror, stop);
            (var finding, known) = await feeds.Import(stick, mirror, stop);
            report = report with { Finding = finding };
        }
        catch (DistributionException error)
        {
            report = report with { Finding = await Judge(error, report, stop) };
            reason = $"{error.Code} {error.Message}";
        }
        catch (Exception error) when (FullDisk.Caused(error))
        {
            report = report with { Finding = StickFinding.NoRoom };
            reason = error.Message;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = error.Message;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever somebody plugs in, the point goes on.
            log.LogError(error, "Reading the stick {Stick} failed", stick.Folder);
            reason = error.Message;
        }
        if (known is not null)
        {
            var held = shelf.Held.Select(h => h.Id).ToHashSet();
            report = report with
            {
                News = known.Views.SelectMany(v => v.Current).Count(r => !held.Contains(r.Release.ReleaseId)),
                Recalls = held.Count(id => known.Views.Any(v => v.IsRecalled(id))),
            };
        }
        stick.Turn = report.Finding == StickFinding.NotReady ? StickTurn.WhenReady : StickTurn.Over;
        reports.Found(stick, report, reason);
        return known;
    }

    /// <summary>What its timestamp says of itself, unverified.</summary>
    private static async Task<StickReport> Label(StickReport report, StickMirror mirror, CancellationToken stop)
    {
        if (await mirror.FetchMetadata("timestamp.json", 16 * 1024, stop) is not { } bytes)
            return report;
        try
        {
            var (version, expires) = TimestampLabel.Read(bytes);
            return report with { Version = version, Expires = expires };
        }
        catch (InvalidDataException)
        {
            return report;
        }
    }

    private async Task<StickFinding> Judge(DistributionException error, StickReport report, CancellationToken stop) =>
        (error as TufException)?.Fault switch
        {
            TufFault.BelowThreshold => StickFinding.Forged,
            TufFault.Expired => StickFinding.Expired,
            TufFault.UnknownTarget => StickFinding.OtherAudience,
            // An honest copy from before what the point knows: its signature was verified first.
            TufFault.Rollback when report.Version < await feeds.TimestampVersion(stop) => StickFinding.Older,
            TufFault.Rollback => StickFinding.RolledBack,
            _ => StickFinding.Damaged,
        };
}
