using System.Globalization;

namespace LaiChau.PointRegistry;

/// <summary>A month or a year, as queries and tables write it: <c>2026-11</c>, <c>2026</c>.</summary>
/// <param name="Month">1 to 12; 0 for the whole year.</param>
internal readonly record struct Period(int Year, int Month)
{
    public DateOnly First => new(Year, Math.Max(Month, 1), 1);

    /// <summary>First day after it.</summary>
    public DateOnly End => Month == 0 ? First.AddYears(1) : First.AddMonths(1);

    /// <summary>The first moment of it.</summary>
    public DateTimeOffset From => VietnamDay.EndOf(First.AddDays(-1));

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset To => VietnamDay.EndOf(End.AddDays(-1));

    public static Period MonthOf(DateOnly day) => new(day.Year, day.Month);

    public static bool TryParse(string? text, out Period period)
    {
        foreach (
            var (format, isMonth) in new[] { ("yyyy-MM", true), ("yyyy", false), ("MM/yyyy", true), ("M/yyyy", true) }
        )
        {
            if (
                DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
                && first.Year is >= 2000 and < 2200
            )
            {
                period = new(first.Year, isMonth ? first.Month : 0);
                return true;
            }
        }
        period = default;
        return false;
    }

    public override string ToString() => Month == 0 ? $"{Year:0000}" : $"{Year:0000}-{Month:00}";
}
