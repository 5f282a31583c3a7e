using System.CommandLine;
using LaiChau.Cli.Output;
using Spectre.Console;

namespace LaiChau.Cli.Sessions;

/// <summary>Passwords come from a prompt or standard input, never from the command line, which every user of the machine can read.</summary>
internal static class Secrets
{
    public static Option<bool> FromInput() =>
        new("--password-stdin") { Description = "Đọc mật khẩu từ đầu vào chuẩn." };

    public static async Task<string> Ask(Shell shell, bool fromInput, string label, CancellationToken ct)
    {
        if (fromInput)
        {
            var line = await Console.In.ReadLineAsync(ct);
            return string.IsNullOrEmpty(line)
                ? throw new CommandRefusedException("Đầu vào chuẩn không có mật khẩu.")
                : line;
        }
        return Shell.IsInteractive
            ? await shell.Progress.PromptAsync(new TextPrompt<string>($"{label}:").Secret(), ct)
            : throw new CommandRefusedException("Không có màn hình để hỏi mật khẩu; hãy dùng --password-stdin.");
    }
}
