using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Acts;

internal static class ActCommands
{
    public static Command Build(Shell shell) => new("act", "Văn bản làm căn cứ: thêm văn bản.") { Add(shell) };

    public static Command List(Shell shell)
    {
        var search = new Option<string?>("--search")
        {
            Description = "Tìm theo số hiệu, trích yếu hoặc cơ quan ban hành.",
        };
        var paging = new Paging();
        var command = new Command("acts", "Các văn bản làm căn cứ, mới nhất trước.") { search };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListActs(
                    parsed.GetValue(search),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Số hiệu", a => a.Number),
            ("Loại", a => a.KindName),
            ("Ngày", a => $"{a.Date:dd/MM/yyyy}"),
            ("Cơ quan ban hành", a => a.Issuer.Name),
            ("Trích yếu", a => a.Title),
            ("Hết hiệu lực từ", a => $"{a.InForceTo:dd/MM/yyyy}")
        );
        return command;
    }

    public static Command Organisations(Shell shell)
    {
        var asOf = new Option<DateOnly?>("--as-of") { Description = "Tại ngày này, với tên gọi của ngày ấy." };
        var search = new Option<string?>("--search") { Description = "Tìm theo tên, cả tên cũ." };
        var paging = new Paging();
        var command = new Command("organisations", "Các tổ chức và mã của chúng.") { asOf, search };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListOrganisations(
                    parsed.GetValue(asOf),
                    parsed.GetValue(search),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Mã", o => o.Id.ToString()),
            ("Tên", o => o.Name),
            ("Thuộc", o => o.Owner?.Name),
            ("Trạng thái", o => o.Active ? "" : "không còn hoạt động")
        );
        return command;
    }

    private static Command Add(Shell shell)
    {
        var number = new Argument<string>("number") { Description = "Số hiệu, ví dụ 3658/HD-UBND." };
        var kind = new Option<string>("--kind") { Description = "Loại: HD, QĐ, NQ, KH, CV, TT, NĐ …", Required = true };
        var issuer = new Option<Guid>("--issuer")
        {
            Description = "Mã cơ quan ban hành (xem «lcp organisations»).",
            Required = true,
        };
        var date = new Option<DateOnly>("--date") { Description = "Ngày ban hành (2024-09-13).", Required = true };
        var title = new Option<string>("--title") { Description = "Trích yếu.", Required = true };
        var scope = new Option<string?>("--scope") { Description = "Phạm vi áp dụng." };
        var from = new Option<DateOnly?>("--in-force-from")
        {
            Description = "Ngày có hiệu lực, nếu khác ngày ban hành.",
        };
        var replaces = new Option<string?>("--replaces") { Description = "Số hiệu văn bản bị thay thế." };
        var command = new Command("add", "Thêm một văn bản.")
        {
            number,
            kind,
            issuer,
            date,
            title,
            scope,
            from,
            replaces,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var act = await client.AddAct(
                    new NewAct(
                        parsed.GetValue(number)!,
                        parsed.GetValue(kind)!,
                        parsed.GetValue(issuer),
                        parsed.GetValue(date),
                        parsed.GetValue(title)!,
                        parsed.GetValue(scope),
                        parsed.GetValue(from),
                        parsed.GetValue(replaces)
                    ),
                    ct
                );
                return shell.Answer(parsed, act, Describe);
            }
        );
        return command;
    }

    private static IRenderable Describe(LegalAct act) =>
        Sheet.Facts(
            ("Mã", act.Id.ToString()),
            ("Số hiệu", act.Number),
            ("Loại", act.KindName),
            ("Cơ quan ban hành", act.Issuer.Name),
            ("Ngày", $"{act.Date:dd/MM/yyyy}"),
            ("Trích yếu", act.Title),
            ("Phạm vi", act.Scope),
            ("Có hiệu lực từ", $"{act.InForceFrom ?? act.Date:dd/MM/yyyy}"),
            ("Thay thế", act.Replaces?.Number)
        );
}
