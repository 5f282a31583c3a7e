using System.CommandLine;
using LaiChau.Cli.Output;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Keys;

/// <summary>Makes a key pair: the private half for its owner alone, the public half to hand out. Never prints a private key.</summary>
internal static class NewKey
{
    public static Command Build(Shell shell)
    {
        var name = new Argument<string>("name")
        {
            Description = "Tên khóa: chữ thường không dấu, số, gạch nối; ví dụ bo-1, snapshot, feed-tinh.",
        };
        var folder = new Option<DirectoryInfo>("--out")
        {
            Description = "Thư mục ghi khóa: ngoài máy này ra không ai đọc được.",
            Required = true,
        };
        var owner = new Option<string?>("--owner")
        {
            Description = "Đơn vị, người giữ khóa; không có thì là tên khóa.",
        };
        var open = new Option<bool>("--no-passphrase")
        {
            Description = "Không đặt mật khẩu: chỉ dành cho khóa trực tuyến của máy chủ.",
        };
        var passphrase = Passphrase.FromFile();
        var command = new Command("new", "Tạo một khóa ký (Ed25519).") { name, folder, owner, open, passphrase };
        command.SetAction(
            async (parsed, ct) =>
            {
                var called = parsed.GetValue(name)!;
                if (!PublicKeyFile.IsName(called))
                {
                    throw new CommandRefusedException(
                        $"«{called}» không dùng làm tên khóa được: chỉ chữ thường không dấu, số và gạch nối."
                    );
                }
                var into = Directory.CreateDirectory(parsed.GetValue(folder)!.FullName).FullName;
                var file = Path.Combine(into, $"{called}.pem");
                if (File.Exists(file) || File.Exists(Path.Combine(into, PublicKeyFile.FileName(called))))
                {
                    throw new CommandRefusedException(
                        $"Trong {into} đã có khóa «{called}»: khóa không bao giờ bị ghi đè."
                    );
                }
                var secret = parsed.GetValue(open)
                    ? null
                    : await Passphrase.AskNew(shell, parsed.GetValue(passphrase), called, ct);
                using var key = SigningKey.Generate();
                PrivateKeyFile.Write(file, key, secret);
                var half = new PublicKeyFile(called, (parsed.GetValue(owner) ?? called).Normalize(), key.Public);
                half.Write(into);
                return shell.Answer(
                    parsed,
                    new
                    {
                        name = called,
                        owner = half.Owner,
                        keyId = key.Public.KeyId,
                        privateFile = file,
                        publicFile = Path.Combine(into, PublicKeyFile.FileName(called)),
                    },
                    made =>
                        Sheet.Facts(
                            ("Khóa", made.name),
                            ("Người giữ", made.owner),
                            ("Dấu vân khóa", Fingerprint.OfKey(made.keyId)),
                            ("Khóa riêng (giữ kín)", made.privateFile),
                            ("Khóa công khai (trao đi)", made.publicFile)
                        )
                );
            }
        );
        return command;
    }
}
