using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Targets;

internal static class ImportTargets
{
    public static TableImport Table =>
        new()
        {
            Title = "Nhập chỉ tiêu từ tệp",
            Back = ConsoleRoutes.Targets,
            BackLabel = "Chỉ tiêu",
            Action = ConsoleRoutes.Targets + "/nhap",
            Rows = "mỗi dòng một chỉ tiêu của một điểm trong một kỳ",
            Columns =
            [
                ("Mã điểm", "bắt buộc; có trong tệp danh sách điểm"),
                ("Chỉ tiêu", "bắt buộc: «Giờ mở cửa» hoặc «Số lần mở cửa»"),
                ("Kỳ", "bắt buộc: 2026-11 hoặc 11/2026 cho một tháng, 2026 cho cả năm"),
                ("Giá trị", "bắt buộc: một số từ 0 đến 1000000"),
                ("Tên điểm", "không bắt buộc, để người đọc dễ nhận ra"),
                ("Xã, phường", "không bắt buộc"),
            ],
            Template = (ConsoleRoutes.PointExport, "Tải danh sách điểm kèm mã điểm"),
        };

    public static Task<IResult> Handle(HttpContext http, TargetsApi targets) =>
        Table.Handle(
            http,
            "chi-tieu-nhap",
            targets.Import,
            would =>
                $"Tệp đặt {Vietnamese.Number(would.Targets)} chỉ tiêu, trong đó {Vietnamese.Number(would.Changed)} là mới hoặc khác trước."
        );
}
