using System.Globalization;

namespace LaiChau.OpsConsole.Shell;

/// <summary>Dates in +07:00 and numbers as written in Vietnam, without leaning on the machine's locale data.</summary>
internal static class Vietnamese
{
    public static readonly TimeSpan Zone = TimeSpan.FromHours(7);

    private static readonly NumberFormatInfo Digits = new()
    {
        NumberGroupSeparator = ".",
        NumberDecimalSeparator = ",",
    };

    public static string Number(long value) => value.ToString("#,0", Digits);

    public static string Amount(double value) => value.ToString("#,0.##", Digits);

    public static string Percent(double value) => value.ToString("0.#", Digits) + " %";

    public static string Time(DateTimeOffset at) =>
        at.ToOffset(Zone).ToString("HH:mm 'ngày' dd/MM/yyyy", CultureInfo.InvariantCulture);

    public static string Date(DateTimeOffset at) =>
        at.ToOffset(Zone).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    public static string Date(DateOnly day) => day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <param name="days">1 for Monday to 7 for Sunday.</param>
    public static string Weekdays(IEnumerable<int> days) =>
        string.Join(", ", days.Order().Select(d => d == 7 ? "Chủ nhật" : $"Thứ {Number(d + 1)}"));

    public static DateOnly Today(TimeProvider clock) => DayOf(clock.GetUtcNow());

    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(Zone).DateTime);

    public static TimeOnly TimeOf(DateTimeOffset at) => TimeOnly.FromDateTime(at.ToOffset(Zone).DateTime);

    public static string Hour(DateTimeOffset at) => Field(TimeOf(at))!;

    public static string Weekday(DateOnly day) =>
        Weekdays([day.DayOfWeek is DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek]);

    /// <summary>The value of a time field.</summary>
    public static string? Field(TimeOnly? time) => time?.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The value of a date field.</summary>
    public static string? Field(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The value of a datetime-local field.</summary>
    public static string? Field(DateTimeOffset? at) =>
        at?.ToOffset(Zone).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan span) =>
        span switch
        {
            { TotalMinutes: < 1 } => "dưới 1 phút",
            { TotalHours: < 1 } => $"{(int)span.TotalMinutes} phút",
            { TotalDays: < 1 } => $"{(int)span.TotalHours} giờ",
            _ => $"{Number((long)span.TotalDays)} ngày",
        };

    public static string Ago(DateTimeOffset at, DateTimeOffset now) =>
        now - at < TimeSpan.FromMinutes(1) ? "vừa xong" : Duration(now - at) + " trước";

    public static string Size(long bytes) =>
        bytes switch
        {
            < 1024 => $"{bytes} byte",
            < 1024 * 1024 => (bytes / 1024d).ToString("0.#", Digits) + " KB",
            < 1024L * 1024 * 1024 => (bytes / (1024d * 1024)).ToString("0.#", Digits) + " MB",
            _ => (bytes / (1024d * 1024 * 1024)).ToString("#,0.#", Digits) + " GB",
        };
}
