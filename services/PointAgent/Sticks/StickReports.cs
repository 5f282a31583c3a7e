using System.Text.Json;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Sticks;

/// <summary>Says what became of a stick: to the officer, in the log, to the server.</summary>
internal sealed class StickReports
{
    private readonly AgentDb _db;
    private readonly PullState _state;
    private readonly TrustedClock _clock;
    private readonly ILogger<StickReports> _log;
    private readonly Lock _turn = new();
    private Stick? _stick;

    public StickReports(AgentDb db, PullState state, TrustedClock clock, ILogger<StickReports> log)
    {
        (_db, _state, _clock, _log) = (db, state, clock, log);
        _state.Stick = db.Read(c => c.Recall(Facts.Stick, AgentJson.Default.StickReport));
    }

    public void Found(Stick stick, StickReport report, string? reason)
    {
        lock (_turn)
        {
            _stick = stick;
            Keep(
                report,
                PointEvent.Of("stick", _clock.Now) with
                {
                    Reason = Code(report.Finding),
                    MetadataVersion = report.Version,
                }
            );
        }
        _log.Log(
            report.NeedsCare ? LogLevel.Warning : LogLevel.Information,
            "Stick {Stick}: {Finding}, metadata version {Version}, {Reason}",
            stick.Folder,
            report.Finding,
            report.Version,
            reason ?? "as it should be"
        );
    }

    /// <summary>A release has come from it.</summary>
    public void Copied(Stick stick)
    {
        lock (_turn)
            if (stick == _stick && _state.Stick is { } so)
                Keep(so with { Copied = so.Copied + 1 });
    }

    /// <summary>Something of a release was not to be had from it.</summary>
    public void Disappointed(Stick stick, StickTrouble trouble)
    {
        lock (_turn)
            if (stick == _stick && _state.Stick is { } so)
                Keep(so with { Trouble = trouble });
    }

    private void Keep(StickReport report, PointEvent? told = null)
    {
        _state.Stick = report;
        try
        {
            _db.Write(c =>
            {
                c.Remember(Facts.Stick, report, AgentJson.Default.StickReport);
                if (told is not null)
                    c.Tell(told);
            });
        }
        catch (Exception error) when (FullDisk.Caused(error))
        {
            _log.LogWarning("What became of a stick could not be written down: {Reason}", error.Message);
        }
    }

    private static string Code(StickFinding finding) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{finding}");
}
