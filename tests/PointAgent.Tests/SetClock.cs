using System.Globalization;

namespace LaiChau.PointAgent.Tests;

/// <summary>The wall clock, set by hand; it goes on from there, and timers run as ever.</summary>
internal sealed class SetClock : TimeProvider
{
    private TimeSpan _ahead;

    public SetClock(string local) => Set(local);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    /// <param name="local">By the province's time: <c>2027-01-31 23:50</c>.</param>
    public void Set(string local) =>
        _ahead =
            DateTimeOffset.ParseExact(local + " +07:00", "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)
            - System.GetUtcNow();
}
