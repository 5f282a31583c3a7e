namespace LaiChau.Telemetry;

/// <summary>Settings <c>Telemetry:*</c>.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>
    /// A point that has not been heard of for longer is not online, and then silent. A point that has nothing to tell says every <c>Agent:HeartbeatSeconds</c> (four
    /// hours) that it is there: oftener would be most of what an idle point costs.
    /// </summary>
    public double OnlineMinutes { get; set; } = 260;

    /// <summary>How often silence is looked for.</summary>
    public double SweepSeconds { get; set; } = 30;

    /// <summary>How often changed numbers of a release are reported, at most.</summary>
    public double ReportSeconds { get; set; } = 3;

    /// <summary>Who was seen within it is here now.</summary>
    public double VisitWindowMinutes { get; set; } = 5;

    public TimeSpan OnlineWindow => TimeSpan.FromMinutes(OnlineMinutes);

    public TimeSpan VisitWindow => TimeSpan.FromMinutes(VisitWindowMinutes);
}
