using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Training;

internal static class TrainingCommands
{
    public static Command Build(Shell shell) => new("training", "Đào tạo.") { Gaps(shell) };

    private static Command Gaps(Shell shell)
    {
        var unit = new Option<string?>("--unit") { Description = "Chỉ trong đơn vị mang mã này." };
        var days = new Option<int?>("--days") { Description = "Tính cả khoá hết hạn trong bấy nhiêu ngày tới (60)." };
        var paging = new Paging();
        var command = new Command("gaps", "Ai còn thiếu, hoặc sắp thiếu, khoá học bắt buộc nào.") { unit, days };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListTrainingGaps(
                    parsed.GetValue(unit),
                    parsed.GetValue(days),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Xã, phường", g => g.Person.UnitName),
            ("Điểm, thôn, bản", g => g.Person.PointName ?? g.Person.Village),
            ("Họ tên", g => g.Person.Name),
            ("Khoá học", g => g.Course.Course),
            ("Tình trạng", g => WordFor(g.Course.Standing)),
            ("Hết hạn", g => $"{g.Course.Until:dd/MM/yyyy}")
        );
        return command;
    }

    private static string WordFor(string standing) =>
        standing switch
        {
            "missing" => "chưa học",
            "expired" => "đã hết hạn",
            "expiring" => "sắp hết hạn",
            _ => standing,
        };
}
