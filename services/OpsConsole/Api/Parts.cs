namespace LaiChau.OpsConsole.Api;

/// <summary>The system's parts by the names its users know.</summary>
internal static class Parts
{
    public static string Of(string path) =>
        path.Split('/', '?') switch
        {
            ["", "api", "catalog", ..] => "Kho nội dung",
            ["", "api", "bulletins", ..] => "Bản tin",
            ["", "api", "points", "accounts", ..] => "Tài khoản",
            ["", "api", "points", "rules", ..] => "Quy chế",
            ["", "api", "points", "people", ..] => "Dữ liệu cá nhân",
            ["", "api", "points", "cases", ..] => "Việc và sự cố",
            ["", "api", "points", "training", ..] => "Tập huấn",
            ["", "api", "points", "teams", ..] => "Tổ công nghệ số",
            ["", "api", "points", "acts", ..] => "Văn bản",
            ["", "api", "points", "organisations", ..] => "Cơ quan",
            ["", "api", "points", "targets", ..] => "Chỉ tiêu",
            ["", "api", "points", ..] => "Điểm hỗ trợ",
            ["", "api", "telemetry", ..] => "Theo dõi và thống kê",
            _ => "Cổng dịch vụ",
        };
}
