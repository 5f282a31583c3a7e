using System.CommandLine;
using LaiChau.Cli.Output;
using LaiChau.Cli.Sessions;

namespace LaiChau.Cli.Keys;

/// <summary>Makes the key with which a machine signs in for an account. The private half stays here; the public one is registered.</summary>
internal static class NewAccountKey
{
    public static Command Build(Shell shell)
    {
        var path = new Option<FileInfo>("--out")
        {
            Description = "Tệp ghi khóa riêng (chỉ chủ nhân đọc được); khóa công khai nằm cạnh đó, thêm đuôi .pub.",
            Required = true,
        };
        var command = new Command(
            "account",
            "Tạo khóa đăng nhập cho một tài khoản hay hệ thống, thay mật khẩu (EC P-256)."
        )
        {
            path,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(path)!.FullName;
            var publicFile = file + ".pub";
            if (File.Exists(file) || File.Exists(publicFile))
            {
                throw new CommandRefusedException($"Đã có {file} hoặc {publicFile}: khóa không bao giờ bị ghi đè.");
            }
            using var key = AccountKey.Generate();
            key.Write(file);
            File.WriteAllText(publicFile, key.PublicPem);
            return shell.Answer(
                parsed,
                new
                {
                    privateFile = file,
                    publicFile,
                    thumbprint = key.Thumbprint,
                },
                made =>
                    Sheet.Facts(
                        ("Khóa riêng (giữ kín)", made.privateFile),
                        ("Khóa công khai", made.publicFile),
                        ("Dấu vân khóa", made.thumbprint),
                        ("Bước tiếp theo", $"lcp account add-key {made.publicFile} --name …")
                    )
            );
        });
        return command;
    }
}
