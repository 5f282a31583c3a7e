using System.Globalization;

namespace LaiChau.PointAgent.Tests;

/// <summary>The wall clock, set by hand; it goes on from there, and timers run as ever.</summary>
internal sealed class SetClock : TimeProvider
{
    public SetClock() { }

    public SetClock(string local) => Set(local);

    /// <summary>Of the machine's.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    /// <param name="local">By the province's time: <c>2027-01-31 23:50</c>.</param>
    public void Set(string local) =>
        Ahead =
            DateTimeOffset.ParseExact(local + " +07:00", "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)
            - System.GetUtcNow();
}
