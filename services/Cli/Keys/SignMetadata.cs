using System.CommandLine;
using LaiChau.Cli.Output;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using Spectre.Console;

namespace LaiChau.Cli.Keys;

/// <summary>Adds one signature, after its owner has seen in clear words what is signed and has said yes.</summary>
internal static class SignMetadata
{
    private const string Yes = "ky";

    public static Command Build(Shell shell)
    {
        var files = new Argument<FileInfo[]>("file")
        {
            Description = "Các tệp N.root.json, N.targets.json cần ký.",
            Arity = ArgumentArity.OneOrMore,
        };
        var key = new Option<FileInfo>("--key") { Description = "Khóa riêng của bạn (tệp .pem).", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Không hỏi lại; chỉ dùng trong kịch bản tự động." };
        var passphrase = Passphrase.FromFile();
        var command = new Command("sign", "Ký tệp root, targets bằng một khóa, sau khi xem và đồng ý.")
        {
            files.AcceptExistingOnly(),
            key.AcceptExistingOnly(),
            yes,
            passphrase,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var signer = await PrivateKeyFile.Read(
                    shell,
                    parsed.GetValue(key)!,
                    parsed.GetValue(passphrase),
                    ct
                );
                var asked = parsed.GetValue(files)!.Select(CeremonyFolder.ReadWith).ToList();
                foreach (var (folder, file) in asked)
                {
                    Check(shell, folder, file, signer);
                }
                if (!parsed.GetValue(yes))
                {
                    shell.Progress.Write(
                        MetadataSummary.Describe(asked.ConvertAll(a => MetadataSummary.Of(a.Folder, a.File)))
                    );
                    await Confirm(shell, signer, ct);
                }
                foreach (var (folder, file) in asked)
                {
                    WholeFile.Write(Path.Combine(folder.Path, file.FileName), file.Sign(signer).Bytes.Span);
                }
                return shell.Answer(
                    parsed,
                    parsed
                        .GetValue(files)!
                        .Select(CeremonyFolder.ReadWith)
                        .Select(a => MetadataSummary.Of(a.Folder, a.File))
                        .ToList(),
                    MetadataSummary.Describe
                );
            }
        );
        return command;
    }

    private static void Check(Shell shell, CeremonyFolder folder, OfflineMetadata file, SigningKey signer)
    {
        if (file.Expires <= shell.Time.GetUtcNow())
        {
            throw new CommandRefusedException(
                $"{file.FileName} đã hết hạn {Sheet.Time(file.Expires)} (theo đồng hồ máy này): hãy soạn lại với ngày mới."
            );
        }
        if (folder.Needs(file).Count == 0 || (file is { Role: "root", Version: > 1 } && folder.Before(file) is null))
        {
            throw new CommandRefusedException(
                $"Bên cạnh {file.FileName} thiếu tệp root đang dùng: không xem được khóa nào có quyền ký và điều gì thay đổi."
            );
        }
        if (file is { Role: "root", Version: > 1 } && folder.Chain.All(r => r.Version != file.Version - 1))
        {
            throw new CommandRefusedException(
                $"{file.Version - 1}.root.json chưa đủ chữ ký: không thể nối tiếp một bản chưa có hiệu lực."
            );
        }
        if (!folder.MaySign(file, signer.Public))
        {
            throw new CommandRefusedException(
                $"Khóa [{Fingerprint.OfKey(signer.Public.KeyId)}] không có quyền ký {file.FileName}."
            );
        }
    }

    private static async Task Confirm(Shell shell, SigningKey signer, CancellationToken ct)
    {
        if (!Shell.IsInteractive)
        {
            throw new CommandRefusedException("Không có màn hình để hỏi lại; trong kịch bản tự động, dùng --yes.");
        }
        shell.Note($"Ký bằng khóa [{Fingerprint.OfKey(signer.Public.KeyId)}].");
        shell.Note("Đối chiếu qua điện thoại với bên kia: mã đối chiếu, và dấu vân của từng khóa mới.");
        var answer = await shell.Progress.PromptAsync(
            new TextPrompt<string>($"Gõ «{Yes}» để ký, phím khác để thôi:").AllowEmpty(),
            ct
        );
        if (answer.Trim() != Yes)
        {
            throw new CommandRefusedException("Chưa ký gì cả.");
        }
    }
}
