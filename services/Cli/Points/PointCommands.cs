using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Points;

internal static class PointCommands
{
    public static Command Build(Shell shell) =>
        new("point", "Điểm hỗ trợ: thêm điểm, cấp mã kích hoạt, ghi giờ mở cửa, nhập và xuất bảng.")
        {
            Add(shell),
            Code(shell),
            Opened(shell),
            Import(shell),
            Export(shell),
        };

    public static Command List(Shell shell)
    {
        var paging = new Paging();
        var command = new Command("points", "Các điểm hỗ trợ.");
        paging.List(
            shell,
            command,
            (client, parsed, ct) => client.ListPoints(parsed.GetValue(paging.Limit), parsed.GetValue(paging.After), ct),
            ("Mã", x => x.Id.ToString()),
            ("Tên", x => x.Name),
            ("Đơn vị", x => x.UnitName ?? x.UnitCode),
            ("Trạng thái", x => Sheet.Word(x.State)),
            ("Ngôn ngữ", x => string.Join(", ", x.Languages)),
            ("Kích hoạt lúc", x => Sheet.Time(x.EnrolledAt)),
            ("Mất liên lạc từ", x => Sheet.Time(x.SilentSince))
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

    private static Command Opened(Shell shell)
    {
        var id = new Argument<Guid>("id") { Description = "Mã điểm." };
        var from = PointInTime.Option("--from", "Mở cửa lúc");
        var to = PointInTime.Option("--to", "Đóng cửa lúc");
        var note = new Option<string?>("--note") { Description = "Ghi chú, ví dụ «mất điện từ 9 giờ»." };
        from.Required = to.Required = true;
        var command = new Command("opened", "Ghi một lần điểm đã mở cửa.") { id, from, to, note };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var opening = await client.RecordOpening(
                    parsed.GetValue(id),
                    new(parsed.GetValue(from)!.Value, parsed.GetValue(to)!.Value, parsed.GetValue(note)),
                    ct
                );
                return shell.Answer(
                    parsed,
                    opening,
                    o =>
                        Sheet.Facts(
                            ("Mã", o.Id.ToString()),
                            ("Mở cửa lúc", Sheet.Time(o.OpenedAt)),
                            ("Đóng cửa lúc", Sheet.Time(o.ClosedAt)),
                            ("Ghi chú", o.Note)
                        )
                );
            }
        );
        return command;
    }

    private static Command Import(Shell shell)
    {
        var file = new Argument<FileInfo>("file") { Description = "Bảng CSV (UTF-8) hoặc XLSX." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Chỉ kiểm tra, không thêm điểm nào." };
        var command = new Command("import", "Thêm các điểm của một bảng: tất cả, hoặc không điểm nào nếu có dòng sai.")
        {
            file.AcceptExistingOnly(),
            dryRun,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var content = await File.ReadAllBytesAsync(parsed.GetValue(file)!.FullName, ct);
                var client = await shell.Connect(ct);
                return shell.Answer(
                    parsed,
                    await client.ImportPoints(content, parsed.GetValue(dryRun), ct),
                    answer => Sheet.Facts((answer.DryRun ? "Sẽ thêm" : "Đã thêm", $"{answer.Points} điểm"))
                );
            }
        );
        return command;
    }

    private static Command Export(Shell shell)
    {
        var to = new Option<FileInfo>("--to") { Description = "Tệp .csv hoặc .xlsx.", Required = true };
        var command = new Command("export", "Ghi mọi điểm hỗ trợ ra một bảng.") { to };
        command.SetAction(
            async (parsed, ct) =>
            {
                var path = parsed.GetValue(to)!;
                var format = FormatOf(path);
                var client = await shell.Connect(ct);
                await using var file = path.Create();
                await client.ExportPoints(format, file, ct);
                shell.Note($"Đã ghi {path.FullName}.");
                return Lcp.Done;
            }
        );
        return command;
    }

    /// <summary>The table that the file's name asks for.</summary>
    public static string FormatOf(FileInfo file) =>
        file.Extension.TrimStart('.').ToLowerInvariant() is ("csv" or "xlsx") and var format
            ? format
            : throw new CommandRefusedException("Tên tệp phải kết thúc bằng .csv hoặc .xlsx.");

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
