using System.CommandLine;
using LaiChau.Cli.Output;
using LaiChau.Cli.Sessions;

namespace LaiChau.Cli.Accounts;

internal static class PasswordCommands
{
    public static Command Build(Shell shell) => new("password", "Mật khẩu của chính mình.") { Change(shell) };

    private static Command Change(Shell shell)
    {
        var fromInput = new Option<bool>("--password-stdin")
        {
            Description = "Đọc mật khẩu cũ rồi mật khẩu mới từ đầu vào chuẩn, mỗi thứ một dòng.",
        };
        var command = new Command("change", "Đổi mật khẩu của tài khoản đang đăng nhập; mọi phiên khác kết thúc.")
        {
            fromInput,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var typed = parsed.GetValue(fromInput);
                var before = await Secrets.Ask(shell, typed, "Mật khẩu cũ", ct);
                var after = await Secrets.Ask(shell, typed, "Mật khẩu mới", ct);
                if (!typed && await Secrets.Ask(shell, typed, "Nhập lại mật khẩu mới", ct) != after)
                {
                    throw new CommandRefusedException("Hai lần nhập mật khẩu mới không giống nhau.");
                }
                await client.ChangePassword(before, after, ct);
                Login.Find()!.Remember(before, after);
                shell.Note("Đã đổi mật khẩu.");
                return Lcp.Done;
            }
        );
        return command;
    }

    public static Command Reset(Shell shell)
    {
        var id = new Argument<Guid>("id") { Description = "Mã tài khoản." };
        var command = new Command("reset-password", "Cấp mã đặt lại mật khẩu, dùng một lần trong một giờ.") { id };
        command.SetAction(
            async (parsed, ct) =>
                shell.Answer(
                    parsed,
                    await (await shell.Connect(ct)).IssuePasswordReset(parsed.GetValue(id), ct),
                    reset =>
                        Sheet.Facts(
                            ("Mã", reset.Code),
                            ("Trang để nhập", reset.Page.AbsoluteUri),
                            ("Hết hạn lúc", Sheet.Time(reset.ExpiresAt))
                        )
                )
        );
        return command;
    }
}
