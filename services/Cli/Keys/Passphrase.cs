using System.CommandLine;
using System.Text;
using LaiChau.Cli.Output;
using Spectre.Console;

namespace LaiChau.Cli.Keys;

/// <summary>What a private key is locked with: from a file, the environment or a prompt, never from the command line.</summary>
internal static class Passphrase
{
    private const string Variable = "LCP_KEY_PASSPHRASE";
    private const int Shortest = 12;

    public static Option<FileInfo?> FromFile() =>
        new("--passphrase-file")
        {
            Description = $"Tệp chứa mật khẩu của khóa (dòng đầu); không có thì lấy {Variable}, rồi hỏi trên màn hình.",
        };

    public static async Task<byte[]> Ask(Shell shell, FileInfo? file, string name, CancellationToken ct) =>
        Bytes(await Given(file, ct) ?? await Prompt(shell, $"Mật khẩu của khóa «{name}»", ct));

    public static async Task<byte[]> AskNew(Shell shell, FileInfo? file, string name, CancellationToken ct)
    {
        var text = await Given(file, ct);
        if (text is null)
        {
            text = await Prompt(shell, $"Mật khẩu cho khóa mới «{name}» (ít nhất {Shortest} ký tự)", ct);
            if (await Prompt(shell, "Gõ lại mật khẩu", ct) != text)
            {
                throw new CommandRefusedException("Hai lần gõ không giống nhau.");
            }
        }
        return text.Length >= Shortest
            ? Bytes(text)
            : throw new CommandRefusedException($"Mật khẩu của khóa phải có ít nhất {Shortest} ký tự.");
    }

    private static async Task<string?> Given(FileInfo? file, CancellationToken ct)
    {
        if (file is not null)
        {
            return (await File.ReadAllLinesAsync(file.FullName, ct)).FirstOrDefault() is { Length: > 0 } line
                ? line
                : throw new CommandRefusedException($"Tệp {file.FullName} không có mật khẩu.");
        }
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? value : null;
    }

    private static Task<string> Prompt(Shell shell, string label, CancellationToken ct) =>
        Shell.IsInteractive
            ? shell.Progress.PromptAsync(new TextPrompt<string>(Markup.Escape(label) + ":").Secret(), ct)
            : throw new CommandRefusedException(
                $"Không có màn hình để hỏi mật khẩu của khóa; hãy dùng --passphrase-file hoặc {Variable}."
            );

    /// <summary>One way of typing «ế» is as good as another.</summary>
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Normalize(NormalizationForm.FormC));
}
