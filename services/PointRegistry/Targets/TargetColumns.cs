using LaiChau.PointRegistry.Units;

namespace LaiChau.PointRegistry.Targets;

/// <summary>The columns of a table of targets: an export comes back as an import.</summary>
internal static class TargetColumns
{
    public const string PointId = "Mã điểm";
    public const string Metric = "Chỉ tiêu";
    public const string Period = "Kỳ";
    public const string Value = "Giá trị";

    /// <summary>Those that an import does not read are there for people.</summary>
    public static readonly IReadOnlyList<(string Header, Func<TargetAnswer, object?> Read)> All =
    [
        (PointId, t => t.PointId.ToString()),
        ("Tên điểm", t => t.PointName),
        ("Xã, phường", t => t.UnitName),
        (Metric, t => Targets.Metric.Find(t.Metric)?.Word ?? t.Metric),
        (Period, t => t.Period),
        (Value, t => t.Target),
        ("Đạt được", t => t.Actual),
        ("Chênh lệch", t => t.Variance),
        ("Tỷ lệ (%)", t => t.Percent),
    ];

    public static readonly Dictionary<string, string> Headers = All.Select(c => c.Header)
        .ToDictionary(SearchText.Plain);
}
