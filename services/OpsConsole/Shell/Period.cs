using System.Globalization;

namespace LaiChau.OpsConsole.Shell;

/// <summary>A month or a year as the API writes it: <c>2026-11</c>, <c>2026</c>.</summary>
/// <param name="Month">1 to 12; 0 for the whole year.</param>
public readonly record struct Period(int Year, int Month)
{
    public static Period MonthOf(DateOnly day) => new(day.Year, day.Month);

    public static Period? Read(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            ? new(month.Year, month.Month)
        : DateOnly.TryParseExact(text, "yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var year)
            ? new(year.Year, 0)
        : null;

    /// <summary>So many months later; the same for years.</summary>
    public Period Plus(int count) =>
        Month == 0 ? this with { Year = Year + count } : MonthOf(new DateOnly(Year, Month, 1).AddMonths(count));

    public string Words => Month == 0 ? $"Năm {Year:0000}" : $"Tháng {Month}/{Year:0000}";

    public override string ToString() => Month == 0 ? $"{Year:0000}" : $"{Year:0000}-{Month:00}";
}
