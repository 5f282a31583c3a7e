namespace LaiChau.PointRegistry.Targets;

/// <summary>What a target may say, in a request and in a table.</summary>
internal static class TargetRules
{
    public const string PeriodShape = "Kỳ ghi như 2026-11 hoặc 11/2026 (tháng), hoặc 2026 (năm).";
    public const string ValueShape = "Giá trị là một số từ 0 đến 1000000.";

    public static bool IsValue(double value) => value is >= 0 and <= 1_000_000;
}
