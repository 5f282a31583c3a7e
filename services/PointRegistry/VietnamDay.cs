namespace LaiChau.PointRegistry;

internal static class VietnamDay
{
    // Vietnam keeps UTC+7 all year; no time zone data needs to be on the machine for it.
    private static readonly TimeSpan Offset = TimeSpan.FromHours(7);

    public static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().ToOffset(Offset).Date);

    /// <summary>A moment as people in the province write it.</summary>
    public static string Say(DateTimeOffset moment) => $"{moment.ToOffset(Offset):HH:mm 'ngày' dd/MM/yyyy}";
}
