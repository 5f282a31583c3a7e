namespace LaiChau.PointRegistry.Enrolment;

/// <summary>Settings <c>Enrolment:*</c>.</summary>
internal sealed record EnrolmentOptions
{
    /// <summary>How long a code may wait for the point's machine.</summary>
    public double CodeHours { get; init; } = 72;

    /// <summary>Wrong tries that one address has within the window.</summary>
    public int AttemptsPerSource { get; init; } = 20;
    public double AttemptsWindowMinutes { get; init; } = 15;
}
