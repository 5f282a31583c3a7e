using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Accounts;

/// <summary>The public keys by which machines speak for an account: the own ones, or, for an administrator, anybody's.</summary>
internal static class AccountKeyCommands
{
    public static Command List(Shell shell)
    {
        var account = Whose();
        var command = new Command("keys", "Các khóa đăng nhập của tài khoản.") { account };
        command.SetAction(
            async (parsed, ct) =>
            {
                var keys = await (await shell.Connect(ct)).ListAccountKeys(parsed.GetValue(account), ct);
                return shell.Answer(
                    parsed,
                    keys,
                    page =>
                        Sheet.Table(
                            page.Items,
                            ("Mã", k => k.Id.ToString()),
                            ("Tên", k => k.Name),
                            ("Dấu vân khóa", k => k.Thumbprint),
                            ("Tạo lúc", k => Sheet.Time(k.CreatedAt)),
                            ("Thu hồi lúc", k => Sheet.Time(k.RevokedAt))
                        )
                );
            }
        );
        return command;
    }

    public static Command Add(Shell shell)
    {
        var file = new Argument<FileInfo>("file") { Description = "Khóa công khai (PEM), do «lcp keys account» tạo." };
        var name = new Option<string>("--name") { Description = "Khóa này của máy, hệ thống nào.", Required = true };
        var account = Whose();
        var command = new Command("add-key", "Đăng ký một khóa đăng nhập.") { file, name, account };
        command.SetAction(
            async (parsed, ct) =>
            {
                var pem = await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, ct);
                if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
                {
                    throw new CommandRefusedException("Đây là khóa riêng: không bao giờ gửi đi. Hãy dùng tệp .pub.");
                }
                var client = await shell.Connect(ct);
                var key = await client.AddAccountKey(parsed.GetValue(account), parsed.GetValue(name)!, pem, ct);
                return shell.Answer(
                    parsed,
                    key,
                    k => Sheet.Facts(("Mã", k.Id.ToString()), ("Tên", k.Name), ("Dấu vân khóa", k.Thumbprint))
                );
            }
        );
        return command;
    }

    public static Command Revoke(Shell shell)
    {
        var id = new Argument<Guid>("id") { Description = "Mã của khóa." };
        var account = Whose();
        var command = new Command("revoke-key", "Thu hồi một khóa đăng nhập, có hiệu lực ngay.") { id, account };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var key = await client.RevokeAccountKey(parsed.GetValue(account), parsed.GetValue(id), ct);
                return shell.Answer(
                    parsed,
                    key,
                    k => Sheet.Facts(("Tên", k.Name), ("Thu hồi lúc", Sheet.Time(k.RevokedAt)))
                );
            }
        );
        return command;
    }

    private static Option<Guid?> Whose() =>
        new("--account") { Description = "Mã tài khoản, với quản trị viên; không có thì là của chính mình." };
}
