using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Sessions;

internal static class LoginCommand
{
    public static Command Build(Shell shell)
    {
        var server = new Option<string>("--server")
        {
            Description = "Địa chỉ máy chủ, ví dụ https://lai-chau.example",
            Required = true,
        };
        var user = new Option<string>("--user") { Description = "Tên đăng nhập.", Required = true };
        var fromInput = Secrets.FromInput();
        var keyFile = new Option<FileInfo?>("--key-file")
        {
            Description = "Đăng nhập bằng khóa trong tệp này thay mật khẩu (xem «lcp keys account»).",
        };
        var command = new Command("login", "Đăng nhập và ghi nhớ trên máy này (tệp chỉ chủ nhân đọc được).")
        {
            server,
            user,
            fromInput,
            keyFile,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var key = parsed.GetValue(keyFile)?.FullName;
                var password =
                    key is not null ? null
                    : Login.PasswordFromEnvironment is { } given && !parsed.GetValue(fromInput) ? given
                    : await Secrets.Ask(shell, parsed.GetValue(fromInput), "Mật khẩu", ct);
                var login = new Login(
                    Login.ParseServer(parsed.GetValue(server)!),
                    parsed.GetValue(user)!,
                    password,
                    key
                );
                if (login.Server.Scheme == Uri.UriSchemeHttp && !login.Server.IsLoopback)
                {
                    shell.Note("Lưu ý: kết nối http không mã hoá, mật khẩu đi trên mạng có thể bị đọc trộm.");
                }
                await shell.Connect(login, ct);
                login.Store();
                return shell.Answer(
                    parsed,
                    new
                    {
                        server = login.Server,
                        user = login.User,
                        file = Login.File,
                    },
                    saved =>
                        Sheet.Facts(
                            ("Máy chủ", saved.server.AbsoluteUri),
                            ("Tài khoản", saved.user),
                            ("Ghi tại", saved.file)
                        )
                );
            }
        );
        return command;
    }
}
