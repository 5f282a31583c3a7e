using System.Globalization;
using LaiChau.PointAgent.Portal;

namespace LaiChau.PointAgent;

/// <summary>Hours of the day, by the province's time; over midnight when it ends before it begins.</summary>
/// <param name="From">From then on.</param>
/// <param name="To">No longer then.</param>
public sealed record TimeWindow(TimeOnly From, TimeOnly To)
{
    /// <summary>Such as <c>20:00-06:00, 11:30-13:00</c>.</summary>
    internal static IReadOnlyList<TimeWindow> Parse(string text) =>
        [
            .. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(one =>
                    one.Split('-', StringSplitOptions.TrimEntries) is [var from, var to]
                    && Hour(from) is { } begin
                    && Hour(to) is { } end
                    && begin != end
                        ? new TimeWindow(begin, end)
                        : throw new FormatException($"Agent:Windows has no hours of the form 20:00-06:00 at: {one}")
                ),
        ];

    /// <summary>When the next one begins; null inside of one, and where there are none.</summary>
    internal static DateTimeOffset? ClosedUntil(IReadOnlyList<TimeWindow> windows, DateTimeOffset now)
    {
        var hour = TimeOnly.FromTimeSpan(now.ToOffset(Say.Zone).TimeOfDay);
        return windows.Count == 0 || windows.Any(w => hour.IsBetween(w.From, w.To))
            ? null
            : now + windows.Min(w => w.From - hour);
    }

    private static TimeOnly? Hour(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour)
            ? hour
            : null;
}
