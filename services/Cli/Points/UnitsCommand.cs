using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Points;

internal static class UnitsCommand
{
    public static Command Build(Shell shell)
    {
        var asOf = new Option<DateOnly?>("--as-of") { Description = "Tại ngày này (2025-06-30 là trước sắp xếp)." };
        var search = new Option<string?>("--search") { Description = "Tìm theo tên." };
        var paging = new Paging();
        var command = new Command("units", "Đơn vị hành chính và mã của chúng.") { asOf, search };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListUnits(
                    parsed.GetValue(asOf),
                    parsed.GetValue(search),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Mã", u => u.Code),
            ("Tên", u => u.FullName ?? u.Name),
            ("Thuộc", u => u.ParentCode),
            ("Từ ngày", u => $"{u.ValidFrom:dd/MM/yyyy}"),
            ("Đến trước", u => $"{u.ValidTo:dd/MM/yyyy}")
        );
        return command;
    }
}
