using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Points;

internal static class TargetCommands
{
    public static Command Build(Shell shell) => new("targets", "Chỉ tiêu của các điểm và kết quả.") { Export(shell) };

    private static Command Export(Shell shell)
    {
        var to = new Option<FileInfo>("--to") { Description = "Tệp .csv hoặc .xlsx.", Required = true };
        var period = new Option<string?>("--period") { Description = "Tháng (2026-11) hoặc năm; không có: tháng này." };
        var command = new Command("export", "Ghi chỉ tiêu và kết quả của một kỳ ra một bảng.") { to, period };
        command.SetAction(
            async (parsed, ct) =>
            {
                var path = parsed.GetValue(to)!;
                var format = PointCommands.FormatOf(path);
                var client = await shell.Connect(ct);
                await using var file = path.Create();
                await client.ExportTargets(format, parsed.GetValue(period), file, ct);
                shell.Note($"Đã ghi {path.FullName}.");
                return Lcp.Done;
            }
        );
        return command;
    }
}
