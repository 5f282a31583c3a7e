using System.Globalization;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Pull;
using Microsoft.Extensions.Hosting.Systemd;

namespace LaiChau.PointAgent;

/// <summary>
/// Tells systemd that the point lives, as often as the unit asks for that and only as long as it does: the pull's loop comes by, and the portal lets
/// somebody in. Where it falls silent, systemd ends the program and starts it anew.
/// </summary>
internal sealed class Watchdog(
    AgentOptions options,
    ISystemdNotifier systemd,
    PullState pull,
    TimeProvider time,
    ILogger<Watchdog> log
) : BackgroundService
{
    private static readonly ServiceState Lives = new("WATCHDOG=1");
    private readonly Uri _portal = PortalDoor.Address(options.Urls);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Patience() is not { } patience)
            return;
        // Often enough for one to be late, and with time for what is slow but not dead.
        using var timer = new PeriodicTimer(patience / 4, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (await Lacks(patience / 2, stoppingToken) is { } lack)
                log.LogError("No sign of life to systemd: {Lack}", lack);
            else
                systemd.Notify(Lives);
        }
    }

    private async Task<string?> Lacks(TimeSpan patience, CancellationToken stop)
    {
        if (time.GetElapsedTime(pull.CameBy) > patience)
            return "the pull hangs";
        return await PortalDoor.IsOpen(_portal, patience / 2, stop) == true ? null : "the portal does not answer";
    }

    /// <summary>How long systemd bears silence of this process; null: for ever.</summary>
    private static TimeSpan? Patience() =>
        Environment.GetEnvironmentVariable("WATCHDOG_PID") is { Length: > 0 } process
        && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            ? null
        : long.TryParse(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var microseconds
        )
        && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
        : null;
}
