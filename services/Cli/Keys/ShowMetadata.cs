using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Keys;

internal static class ShowMetadata
{
    public static Command Build(Shell shell)
    {
        var file = new Argument<FileInfo>("file") { Description = "Tệp N.root.json hoặc N.targets.json." };
        var command = new Command("show", "Xem một tệp root hoặc targets: ai được ký gì, ai đã ký, còn thiếu ai.")
        {
            file.AcceptExistingOnly(),
        };
        command.SetAction(parsed =>
        {
            var (folder, metadata) = CeremonyFolder.ReadWith(parsed.GetValue(file)!);
            return shell.Answer(parsed, MetadataSummary.Of(folder, metadata), MetadataSummary.Describe);
        });
        return command;
    }
}
