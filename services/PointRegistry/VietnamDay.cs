using System.Globalization;

namespace LaiChau.PointRegistry;

internal static class VietnamDay
{
    // Vietnam keeps UTC+7 all year; no time zone data needs to be on the machine for it.
    private static readonly TimeSpan Offset = TimeSpan.FromHours(7);

    public static DateOnly Today(TimeProvider time) => Of(time.GetUtcNow());

    /// <summary>The day on which a moment falls.</summary>
    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Offset).Date);

    /// <summary>The first moment after it; in UTC, as PostgreSQL takes moments.</summary>
    public static DateTimeOffset EndOf(DateOnly day) =>
        day == DateOnly.MaxValue
            ? DateTimeOffset.MaxValue
            : new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), Offset).ToUniversalTime();

    /// <summary>A moment as a table has it.</summary>
    public static string Write(DateTimeOffset moment) =>
        moment.ToOffset(Offset).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A moment as people in the province write it.</summary>
    public static string Say(DateTimeOffset moment) => $"{moment.ToOffset(Offset):HH:mm 'ngày' dd/MM/yyyy}";
}
