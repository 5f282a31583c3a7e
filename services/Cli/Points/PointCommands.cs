using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Points;

internal static class PointCommands
{
    public static Command Build(Shell shell) =>
        new("point", "Điểm hỗ trợ: thêm điểm, cấp mã kích hoạt.") { Add(shell), Code(shell) };

    public static Command List(Shell shell)
    {
        var paging = new Paging();
        var command = new Command("points", "Các điểm hỗ trợ.");
        paging.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var page = await client.ListPoints(parsed.GetValue(paging.Limit), parsed.GetValue(paging.After), ct);
                return shell.Answer(
                    parsed,
                    page,
                    p =>
                        paging.Table(
                            p,
                            ("Mã", x => x.Id.ToString()),
                            ("Tên", x => x.Name),
                            ("Đơn vị", x => x.UnitName ?? x.UnitCode),
                            ("Trạng thái", x => Sheet.Word(x.State)),
                            ("Ngôn ngữ", x => string.Join(", ", x.Languages)),
                            ("Kích hoạt lúc", x => Sheet.Time(x.EnrolledAt)),
                            ("Mất liên lạc từ", x => Sheet.Time(x.SilentSince))
                        )
                );
            }
        );
        return command;
    }

    private static Command Add(Shell shell)
    {
        var name = new Option<string>("--name") { Description = "Tên điểm.", Required = true };
        var unit = new Option<string>("--unit")
        {
            Description = "Mã đơn vị hành chính (xem «lcp units»).",
            Required = true,
        };
        var language = new Option<string[]>("--language")
        {
            Description = "Ngôn ngữ phục vụ, lặp lại nếu nhiều.",
            Required = true,
        };
        var latitude = new Option<double?>("--latitude") { Description = "Vĩ độ." };
        var longitude = new Option<double?>("--longitude") { Description = "Kinh độ." };
        var command = new Command("add", "Thêm một điểm hỗ trợ.") { name, unit, language, latitude, longitude };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var point = await client.AddPoint(
                    new NewPoint(
                        parsed.GetValue(name)!,
                        parsed.GetValue(unit)!,
                        parsed.GetValue(language)!,
                        parsed.GetValue(latitude),
                        parsed.GetValue(longitude)
                    ),
                    ct
                );
                return shell.Answer(parsed, point, Describe);
            }
        );
        return command;
    }

    private static Command Code(Shell shell)
    {
        var id = new Argument<Guid>("id") { Description = "Mã điểm." };
        var command = new Command("code", "Cấp mã kích hoạt dùng một lần cho điểm.") { id };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                return shell.Answer(
                    parsed,
                    await client.IssueEnrolmentCode(parsed.GetValue(id), ct),
                    code => Sheet.Facts(("Mã kích hoạt", code.Code), ("Hết hạn lúc", Sheet.Time(code.ExpiresAt)))
                );
            }
        );
        return command;
    }

    private static IRenderable Describe(Point point) =>
        Sheet.Facts(
            ("Mã", point.Id.ToString()),
            ("Tên", point.Name),
            ("Đơn vị", $"{point.UnitName} ({point.UnitCode})"),
            ("Trạng thái", Sheet.Word(point.State)),
            ("Ngôn ngữ", string.Join(", ", point.Languages)),
            ("Kênh", string.Join(", ", point.Feeds))
        );
}
