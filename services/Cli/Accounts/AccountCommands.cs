using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using LaiChau.Cli.Sessions;

namespace LaiChau.Cli.Accounts;

internal static class AccountCommands
{
    public static Command Build(Shell shell) =>
        new("account", "Tài khoản của cán bộ và hệ thống.")
        {
            Add(shell),
            AccountKeyCommands.List(shell),
            AccountKeyCommands.Add(shell),
            AccountKeyCommands.Revoke(shell),
            PasswordCommands.Reset(shell),
        };

    private static Command Add(Shell shell)
    {
        var user = new Option<string>("--user") { Description = "Tên đăng nhập.", Required = true };
        var name = new Option<string>("--name") { Description = "Họ tên.", Required = true };
        var role = new Option<string[]>("--role") { Description = "Vai trò, lặp lại nếu nhiều.", Required = true };
        role.AcceptOnlyFromAmong("admin", "editor", "reviewer", "ops", "commune", "manager", "officer");
        var fromInput = Secrets.FromInput();
        var unit = new Option<string?>("--unit") { Description = "Mã xã, phường: với vai trò commune." };
        var point = new Option<Guid?>("--point") { Description = "Mã điểm: với vai trò manager, officer." };
        var until = PointInTime.Option("--until", "Tài khoản hết hạn lúc này (đối tác)");
        var command = new Command("add", "Thêm tài khoản.") { user, name, role, unit, point, until, fromInput };
        command.SetAction(
            async (parsed, ct) =>
            {
                var password = await Secrets.Ask(shell, parsed.GetValue(fromInput), "Mật khẩu của tài khoản mới", ct);
                var client = await shell.Connect(ct);
                var account = await client.AddAccount(
                    new NewAccount(
                        parsed.GetValue(user)!,
                        parsed.GetValue(name)!,
                        parsed.GetValue(role)!,
                        password,
                        parsed.GetValue(unit),
                        parsed.GetValue(point),
                        parsed.GetValue(until)
                    ),
                    ct
                );
                return shell.Answer(
                    parsed,
                    account,
                    a =>
                        Sheet.Facts(
                            ("Mã", a.Id.ToString()),
                            ("Tên đăng nhập", a.UserName),
                            ("Họ tên", a.Name),
                            ("Vai trò", string.Join(", ", a.Roles))
                        )
                );
            }
        );
        return command;
    }
}
