using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Cases;

internal static class CaseCommands
{
    public static Command Build(Shell shell) =>
        new("case", "Công việc, sự cố và vụ việc của các điểm và các xã, phường.")
        {
            List(shell),
            Raise(shell),
            Step(shell),
        };

    private static Command List(Shell shell)
    {
        var search = new Option<string?>("--search") { Description = "Tìm theo tiêu đề, tên điểm, tên xã, phường." };
        var overdue = new Option<bool?>("--overdue") { Description = "Chỉ việc quá hạn (hoặc false: chưa quá hạn)." };
        var assignee = new Option<string?>("--assignee")
        {
            Description = "Chỉ việc đang giao cho officer, team, commune hoặc department.",
        };
        var paging = new Paging();
        var command = new Command("list", "Các việc, việc gấp nhất trước.") { search, overdue, assignee };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListCases(
                    parsed.GetValue(search),
                    parsed.GetValue(overdue),
                    parsed.GetValue(assignee),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Mã", c => c.Id.ToString()),
            ("Tiêu đề", c => c.Title),
            ("Nơi", c => c.PointName ?? c.UnitName),
            ("Trạng thái", c => WordFor(c.State)),
            ("Giao cho", c => WordFor(c.Assignee)),
            ("Ưu tiên", c => WordFor(c.Priority)),
            ("Hạn", c => $"{c.DueOn:dd/MM/yyyy}{(c.Overdue ? " (quá hạn)" : "")}")
        );
        return command;
    }

    private static Command Raise(Shell shell)
    {
        var kind = new Argument<string>("kind") { Description = "task, incident hoặc case." };
        var title = new Option<string>("--title") { Description = "Tiêu đề.", Required = true };
        var description = new Option<string?>("--description") { Description = "Mô tả." };
        var point = new Option<Guid?>("--point") { Description = "Mã điểm." };
        var unit = new Option<string?>("--unit") { Description = "Mã xã, phường, nếu không của điểm nào." };
        var equipment = new Option<string?>("--equipment") { Description = "Thiết bị của điểm, theo tên hoặc số máy." };
        var priority = new Option<string?>("--priority") { Description = "low, normal, high hoặc urgent." };
        var due = new Option<DateOnly?>("--due") { Description = "Hạn xử lý (2026-12-31)." };
        var assignee = new Option<string?>("--assignee")
        {
            Description = "Giao cho officer, team, commune hoặc department.",
        };
        var command = new Command("raise", "Nêu một công việc, sự cố hoặc vụ việc.")
        {
            kind,
            title,
            description,
            point,
            unit,
            equipment,
            priority,
            due,
            assignee,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var raised = await client.RaiseCase(
                    new NewCase(
                        parsed.GetValue(kind)!,
                        parsed.GetValue(title)!,
                        parsed.GetValue(description),
                        parsed.GetValue(point),
                        parsed.GetValue(unit),
                        parsed.GetValue(equipment),
                        parsed.GetValue(priority),
                        parsed.GetValue(due),
                        parsed.GetValue(assignee)
                    ),
                    ct
                );
                return shell.Answer(parsed, raised, Describe);
            }
        );
        return command;
    }

    private static Command Step(Shell shell)
    {
        var id = new Argument<Guid>("id") { Description = "Mã việc." };
        var step = new Argument<string>("step")
        {
            Description = "accept, start, resolve, close, reopen, assign, plan hoặc comment.",
        };
        var comment = new Option<string?>("--comment") { Description = "Ý kiến: đã làm gì, hoặc vì sao." };
        var assignee = new Option<string?>("--assignee")
        {
            Description = "Với assign: officer, team, commune hoặc department.",
        };
        var priority = new Option<string?>("--priority") { Description = "Với assign, plan: mức ưu tiên mới." };
        var due = new Option<DateOnly?>("--due") { Description = "Với assign, plan: hạn mới." };
        var command = new Command("step", "Ghi một bước của một việc.") { id, step, comment, assignee, priority, due };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var taken = new CaseStep(
                    parsed.GetValue(step)!,
                    parsed.GetValue(comment),
                    parsed.GetValue(assignee),
                    parsed.GetValue(priority),
                    parsed.GetValue(due)
                );
                return shell.Answer(parsed, await client.TakeCaseStep(parsed.GetValue(id), taken, ct), Describe);
            }
        );
        return command;
    }

    private static Spectre.Console.Rendering.IRenderable Describe(RaisedCase one) =>
        Sheet.Facts(
            ("Mã", one.Id.ToString()),
            ("Tiêu đề", one.Title),
            ("Nơi", one.PointName ?? one.UnitName),
            ("Trạng thái", WordFor(one.State)),
            ("Giao cho", WordFor(one.Assignee)),
            ("Ưu tiên", WordFor(one.Priority)),
            ("Hạn", $"{one.DueOn:dd/MM/yyyy}")
        );

    private static string WordFor(string code) =>
        code switch
        {
            "open" => "chưa tiếp nhận",
            "reopened" => "mở lại",
            "accepted" => "đã tiếp nhận",
            "inProgress" => "đang xử lý",
            "resolved" => "đã xử lý",
            "closed" => "đã đóng",
            "officer" => "cán bộ điểm",
            "team" => "Tổ công nghệ số",
            "commune" => "xã, phường",
            "department" => "Sở",
            "low" => "thấp",
            "normal" => "thường",
            "high" => "cao",
            "urgent" => "gấp",
            _ => code,
        };
}
