using System.Globalization;
using System.Text.RegularExpressions;

namespace LaiChau.PointRegistry.Points;

internal enum LinkKind
{
    Fibre,
    Copper,
    Mobile,
    Satellite,
    Other,
}

/// <summary>How a point is connected.</summary>
/// <param name="MonthlyBytes">What may go over it in a month; null: no limit.</param>
/// <param name="QuietHours">When content should not come: <c>07:30-17:00</c>, by the province's time.</param>
internal sealed record PointLink(
    LinkKind? Kind = null,
    long? MonthlyBytes = null,
    IReadOnlyList<string>? QuietHours = null
);

/// <param name="Days">1 for Monday to 7 for Sunday.</param>
/// <param name="Hours"><c>07:30-11:30</c>.</param>
internal sealed record OpeningHours(IReadOnlyList<int> Days, IReadOnlyList<string> Hours);

internal enum EquipmentHealth
{
    Good,
    Faulty,
    Broken,
}

/// <summary>A thing that stands at a point.</summary>
/// <param name="CheckedOn">When somebody last looked how it is.</param>
internal sealed record Equipment(
    string Name,
    EquipmentHealth Health,
    int Count = 1,
    string? Serial = null,
    DateOnly? CheckedOn = null,
    string? Notes = null
)
{
    /// <summary>As people call it.</summary>
    public string Called() => Serial is { Length: > 0 } ? $"{Name} ({Serial})" : Name;
}

/// <summary>A span of a day as people write it: <c>07:30-11:30</c>.</summary>
internal static partial class HoursOfDay
{
    /// <summary>Quiet hours may go over midnight, opening hours not.</summary>
    public static bool IsValid(string? text, bool overMidnight)
    {
        var match = Span().Match(text ?? "");
        return match.Success
            && TimeOnly.TryParseExact(
                match.Groups["from"].Value,
                "HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var from
            )
            && TimeOnly.TryParseExact(
                match.Groups["to"].Value,
                "HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var to
            )
            && (overMidnight ? from != to : from < to);
    }

    /// <summary>How long a valid span is that ends on its day.</summary>
    public static int MinutesOf(string span)
    {
        var ends = span.Split('-').Select(t => TimeOnly.ParseExact(t, "HH:mm", CultureInfo.InvariantCulture)).ToArray();
        return (int)(ends[1] - ends[0]).TotalMinutes;
    }

    [GeneratedRegex(@"^(?<from>\d\d:\d\d)-(?<to>\d\d:\d\d)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Span();
}
