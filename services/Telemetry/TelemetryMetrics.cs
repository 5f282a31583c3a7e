using System.Diagnostics.Metrics;

namespace LaiChau.Telemetry;

internal static class TelemetryMetrics
{
    private static readonly Meter Meter = new("LaiChau.Telemetry");
    private static readonly Counter<long> EventCount = Meter.CreateCounter<long>(
        "laichau.telemetry.events",
        "{event}",
        "Events that points offered, by what became of them"
    );
    private static readonly Counter<long> PullBytes = Meter.CreateCounter<long>(
        "laichau.pull.bytes",
        "By",
        "Bytes that points say they pulled"
    );
    private static volatile Standing standing = new(0, 0, 0);

    static TelemetryMetrics()
    {
        Meter.CreateObservableGauge(
            "laichau.points.online",
            () => standing.Online,
            "{point}",
            "Active points heard of within the window"
        );
        Meter.CreateObservableGauge(
            "laichau.points.silent",
            () => standing.Silent,
            "{point}",
            "Active points gone silent"
        );
        Meter.CreateObservableGauge(
            "laichau.coverage.lag",
            () => standing.LagSeconds,
            "s",
            "Age of the oldest release that some active point does not show yet"
        );
    }

    public static void Events(int count, string outcome)
    {
        if (count > 0)
        {
            EventCount.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    public static void Pulled(long bytes) => PullBytes.Add(bytes);

    public static void Now(int online, int silent, double lagSeconds) =>
        standing = new Standing(online, silent, lagSeconds);

    private sealed record Standing(int Online, int Silent, double LagSeconds);
}
