namespace LaiChau.OpsConsole.Points;

/// <summary>How a point stands, from what the registry and Telemetry say together.</summary>
public sealed record PointStanding(Point Point, PointContact? Contact)
{
    public const string Online = "truc-tuyen";
    public const string Silent = "im-lang";
    public const string NeverEnrolled = "chua-ghi-danh";
    public const string Unknown = "chua-ro";

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Filters =
    [
        new(Online, "Đang trực tuyến"),
        new(Silent, "Im lặng"),
        new(NeverEnrolled, "Chưa ghi danh"),
        new("suspended", "Tạm dừng"),
        new("closed", "Đã đóng"),
    ];

    public string Kind =>
        Point.State is "suspended" or "closed" ? Point.State
        : Point.EnrolledAt is null ? NeverEnrolled
        : Contact is { Online: true } ? Online
        : Contact is not null || Point.SilentSince is not null ? Silent
        : Unknown;

    public (string Label, string Tone, string Icon) Badge =>
        Kind switch
        {
            Online => ("Đang trực tuyến", "good", "signal"),
            Silent => ("Im lặng", "bad", "silent"),
            NeverEnrolled => ("Chưa ghi danh", "wait", "clock"),
            "suspended" => ("Tạm dừng", "calm", "pause"),
            "closed" => ("Đã đóng", "calm", "lock"),
            _ => ("Chưa rõ liên lạc", "calm", "dot"),
        };

    public static IReadOnlyList<PointStanding> Join(IEnumerable<Point> points, IEnumerable<PointContact>? contacts)
    {
        var byPoint = (contacts ?? []).ToDictionary(c => c.PointId);
        return [.. points.Select(p => new PointStanding(p, byPoint.GetValueOrDefault(p.Id)))];
    }
}
