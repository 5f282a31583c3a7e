using System.CommandLine;
using System.Globalization;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Accounts;

/// <summary>The rules that apply to every account, and who has accepted them.</summary>
internal static class RulesCommands
{
    public static Command Build(Shell shell)
    {
        var paging = new Paging();
        var command = new Command("rules", "Quy chế áp dụng cho mọi tài khoản: các phiên bản, mới nhất trước.")
        {
            Show(shell),
            Publish(shell),
            Accept(shell),
            Acceptances(shell),
        };
        paging.List(
            shell,
            command,
            (client, parsed, ct) => client.ListRules(parsed.GetValue(paging.Limit), parsed.GetValue(paging.After), ct),
            ("Phiên bản", r => r.Version.ToString(CultureInfo.InvariantCulture)),
            ("Tên", r => r.Title),
            ("Có hiệu lực từ", r => $"{r.InForceFrom:dd/MM/yyyy}"),
            ("Đang có hiệu lực", r => r.InForce ? "có" : ""),
            ("Căn cứ", r => r.Act?.Number),
            ("Bạn chấp nhận lúc", r => Sheet.Time(r.AcceptedAt))
        );
        return command;
    }

    private static Command Show(Shell shell)
    {
        var version = new Argument<int?>("version")
        {
            Description = "Phiên bản; không có thì là phiên bản đang có hiệu lực.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("show", "Đọc một phiên bản.") { version };
        command.SetAction(
            async (parsed, ct) =>
            {
                var rules = await (await shell.Connect(ct)).GetRules(parsed.GetValue(version), ct);
                shell.Answer(parsed, rules, Describe);
                if (!parsed.GetValue(shell.Json))
                {
                    await shell.Out.WriteLineAsync();
                    foreach (var line in rules.Text!.Split('\n'))
                    {
                        await shell.Out.WriteLineAsync(Sheet.Printable(line));
                    }
                }
                return Lcp.Done;
            }
        );
        return command;
    }

    private static Command Publish(Shell shell)
    {
        var file = new Argument<FileInfo>("file")
        {
            Description = "Tệp văn bản (UTF-8): dòng đầu là tên quy chế, phần sau là nội dung.",
        };
        var inForce = new Option<DateOnly>("--in-force") { Description = "Ngày có hiệu lực.", Required = true };
        var act = new Option<string?>("--act") { Description = "Số hiệu văn bản làm căn cứ." };
        var command = new Command("publish", "Ban hành phiên bản tiếp theo; không sửa được nữa.")
        {
            file.AcceptExistingOnly(),
            inForce,
            act,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var text = (await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, ct)).Trim();
                var end = text.IndexOf('\n', StringComparison.Ordinal);
                if (end < 0)
                {
                    throw new CommandRefusedException("Tệp cần tên quy chế ở dòng đầu và nội dung ở các dòng sau.");
                }
                var client = await shell.Connect(ct);
                var rules = await client.PublishRules(
                    new NewRules(
                        text[..end].Trim().TrimStart('#').Trim(),
                        text[end..].Trim(),
                        parsed.GetValue(inForce),
                        parsed.GetValue(act)
                    ),
                    ct
                );
                return shell.Answer(parsed, rules, Describe);
            }
        );
        return command;
    }

    private static Command Accept(Shell shell)
    {
        var version = new Argument<int>("version") { Description = "Phiên bản đã đọc." };
        var command = new Command("accept", "Chấp nhận một phiên bản, cho tài khoản đang đăng nhập.") { version };
        command.SetAction(
            async (parsed, ct) =>
                shell.Answer(
                    parsed,
                    await (await shell.Connect(ct)).AcceptRules(parsed.GetValue(version), ct),
                    Describe
                )
        );
        return command;
    }

    private static Command Acceptances(Shell shell)
    {
        var version = new Option<int?>("--version")
        {
            Description = "Phiên bản; không có thì là phiên bản đang có hiệu lực.",
        };
        var missing = new Option<bool>("--missing") { Description = "Chỉ những tài khoản chưa chấp nhận." };
        var search = new Option<string?>("--search") { Description = "Tìm theo họ tên hoặc tên đăng nhập." };
        var paging = new Paging();
        var command = new Command("acceptances", "Tài khoản nào đã, hoặc chưa, chấp nhận.")
        {
            version,
            missing,
            search,
        };
        paging.List(
            shell,
            command,
            (client, parsed, ct) =>
                client.ListAcceptances(
                    parsed.GetValue(version),
                    parsed.GetValue(missing) ? false : null,
                    parsed.GetValue(search),
                    parsed.GetValue(paging.Limit),
                    parsed.GetValue(paging.After),
                    ct
                ),
            ("Mã", a => a.AccountId.ToString()),
            ("Tên đăng nhập", a => a.UserName),
            ("Họ tên", a => a.Name),
            ("Vai trò", a => string.Join(", ", a.Roles)),
            ("Phiên bản", a => a.Version.ToString(CultureInfo.InvariantCulture)),
            ("Chấp nhận lúc", a => Sheet.Time(a.AcceptedAt))
        );
        return command;
    }

    private static IRenderable Describe(RulesVersion rules) =>
        Sheet.Facts(
            ("Phiên bản", rules.Version.ToString(CultureInfo.InvariantCulture)),
            ("Tên", rules.Title),
            ("Có hiệu lực từ", $"{rules.InForceFrom:dd/MM/yyyy}"),
            ("Căn cứ", rules.Act?.Number),
            ("SHA-256", rules.TextSha256),
            ("Bạn chấp nhận lúc", Sheet.Time(rules.AcceptedAt))
        );
}
