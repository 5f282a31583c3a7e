using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Training;

internal static class ImportAttendance
{
    public static async Task<IResult> Ask(Guid id, TrainingApi training)
    {
        var session = await training.Session(id);
        return session.Ok ? Table(session.Value).Ask() : Show.Trouble(session.Problem);
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, TrainingApi training)
    {
        var session = await training.Session(id);
        return session.Ok
            ? await Table(session.Value)
                .Handle(
                    http,
                    "diem-danh",
                    (table, dryRun, mark) => training.Import(id, table, dryRun, mark),
                    would =>
                        $"Tệp ghi {Vietnamese.Number(would.People)} người, trong đó {Vietnamese.Number(would.Completed)} người hoàn thành."
                )
            : Show.Trouble(session.Problem);
    }

    private static TableImport Table(TrainingSession session) =>
        new()
        {
            Title = $"Điểm danh từ tệp: {session.Course}, {Vietnamese.Date(session.HeldOn)}",
            Back = ConsoleRoutes.Session(session.Id),
            BackLabel = "Buổi học",
            Action = ConsoleRoutes.Session(session.Id) + "/nhap",
            Rows = "mỗi dòng một người có mặt",
            Columns =
            [
                ("Họ tên", "bắt buộc"),
                ("Hoàn thành", "bắt buộc: «có» hoặc «không»"),
                ("Mã người", "không bắt buộc; cần khi hai người trùng tên hoặc người ở xã khác"),
                ("Thôn, bản", "không bắt buộc, để phân biệt người trùng tên"),
                ("Khoá học", "không bắt buộc; phải đúng khoá của buổi học này"),
            ],
            Template = (
                ConsoleRoutes.With(
                    ConsoleRoutes.Training + "/con-thieu",
                    ("xa", session.UnitCode),
                    ("khoa", session.CourseId.ToString())
                ),
                "Tải danh sách người còn thiếu khoá này để điền cột «Hoàn thành»"
            ),
        };
}
