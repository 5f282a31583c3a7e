namespace LaiChau.Telemetry;

internal static class Paging
{
    /// <summary>Default 50, at most 500.</summary>
    public static int Size(int? limit) => Math.Clamp(limit ?? 50, 1, 500);
}
