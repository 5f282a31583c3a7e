using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Accounts;

internal static class PasswordCommands
{
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
