using System.Globalization;

namespace LaiChau.PointAgent.Portal;

/// <summary>Dates, numbers and sizes as Vietnamese readers write them. The program carries no culture data.</summary>
internal static class Say
{
    /// <summary>The province's.</summary>
    public static readonly TimeSpan Zone = TimeSpan.FromHours(7);

    private static readonly NumberFormatInfo Numbers = new()
    {
        NumberGroupSeparator = ".",
        NumberDecimalSeparator = ",",
    };

    private static readonly string[] Days =
    [
        "Chủ Nhật",
        "Thứ Hai",
        "Thứ Ba",
        "Thứ Tư",
        "Thứ Năm",
        "Thứ Sáu",
        "Thứ Bảy",
    ];

    public static string Date(DateTimeOffset time)
    {
        var local = time.ToOffset(Zone);
        return string.Create(CultureInfo.InvariantCulture, $"{Days[(int)local.DayOfWeek]}, {local:dd'/'MM'/'yyyy}");
    }

    public static string TimeOfDay(DateTimeOffset time) =>
        time.ToOffset(Zone).ToString("HH':'mm", CultureInfo.InvariantCulture);

    public static string Moment(DateTimeOffset time) =>
        time.ToOffset(Zone).ToString("HH':'mm' ngày 'dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    public static string Machine(DateTimeOffset time) =>
        time.ToOffset(Zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static string Count(long number) => number.ToString("#,0", Numbers);

    public static string Size(long bytes) =>
        bytes switch
        {
            >= 1L << 30 => ((double)bytes / (1 << 30)).ToString("0.#", Numbers) + " GB",
            >= 1 << 20 => ((double)bytes / (1 << 20)).ToString("0.#", Numbers) + " MB",
            >= 1 << 10 => (bytes >> 10).ToString(Numbers) + " KB",
            _ => bytes.ToString(Numbers) + " byte",
        };

    public static string Ago(TimeSpan span) =>
        span switch
        {
            { TotalMinutes: < 1 } => "vừa xong",
            { TotalHours: < 1 } => $"{(int)span.TotalMinutes} phút trước",
            { TotalDays: < 1 } => $"{(int)span.TotalHours} giờ trước",
            _ => $"{(int)span.TotalDays} ngày trước",
        };
}
