using System.CommandLine;
using LaiChau.Cli.Output;
using LaiChau.Distribution.Publishing;
using Spectre.Console;

namespace LaiChau.Cli.Keys;

/// <summary>Whether a folder is ready to be handed over: the chain of roots whole, the newest targets signed, nothing expired.</summary>
internal static class CheckCeremony
{
    internal sealed record Finding(bool Ready, IReadOnlyList<string> Problems, IReadOnlyList<MetadataSummary> Files);

    public static Command Build(Shell shell)
    {
        var folder = Folder();
        var command = new Command("check", "Kiểm tra thư mục đã đủ chữ ký và còn hạn để nộp chưa.") { folder };
        command.SetAction(parsed =>
        {
            var finding = Check(CeremonyFolder.Read(parsed.GetValue(folder)!.FullName), shell.Time.GetUtcNow());
            shell.Answer(
                parsed,
                finding,
                f => new Rows(
                    MetadataSummary.Describe(f.Files),
                    new Text(f.Ready ? "Đã đủ, có thể nộp." + Environment.NewLine : "")
                )
            );
            if (!finding.Ready)
            {
                shell.Complain("Chưa nộp được:", [.. finding.Problems]);
            }
            return finding.Ready ? Lcp.Done : Lcp.Refused;
        });
        return command;
    }

    public static Argument<DirectoryInfo> Folder() =>
        new Argument<DirectoryInfo>("dir") { Description = "Thư mục có các tệp root và targets." }.AcceptExistingOnly();

    public static Finding Check(CeremonyFolder folder, DateTimeOffset now)
    {
        OfflineMetadata[] newest = [.. folder.Roots.TakeLast(1), .. folder.Targets.TakeLast(1)];
        var files = folder
            .Roots.Skip(folder.Chain.Count)
            .Concat(newest)
            .DistinctBy(f => f.FileName)
            .Select(f => MetadataSummary.Of(folder, f))
            .ToList();
        var problems = new List<string>();
        if (newest.Length < 2)
        {
            problems.Add("thiếu tệp root hoặc targets");
        }
        for (var i = 1; i < folder.Roots.Count; i++)
        {
            if (folder.Roots[i].Version != folder.Roots[i - 1].Version + 1)
            {
                problems.Add($"thiếu {folder.Roots[i].Version - 1}.root.json");
            }
        }
        problems.AddRange(files.SelectMany(Missing));
        problems.AddRange(
            newest.Where(f => f.Expires <= now).Select(f => $"{f.FileName} đã hết hạn {Sheet.Time(f.Expires)}")
        );
        return new(problems.Count == 0, problems, files);
    }

    private static IEnumerable<string> Missing(MetadataSummary file) =>
        file
            .Signatures.Where(s => !s.Enough)
            .Select(s =>
                $"{file.File} thiếu {s.Threshold - s.Signed.Count} chữ ký trong số: {string.Join("; ", s.NotYet)} (theo {s.By})"
            );
}
