using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Keys;

/// <summary>Hands what is signed to the platform, which verifies it all again and takes it in one step; may be repeated.</summary>
internal static class InstallMetadata
{
    public static Command Build(Shell shell)
    {
        var folder = CheckCeremony.Folder();
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Chỉ hỏi máy chủ có nhận không, không thay đổi gì.",
        };
        var command = new Command("install", "Nộp tệp root, targets đã ký cho máy chủ (tài khoản quản trị).")
        {
            folder,
            dryRun,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var signed = CeremonyFolder.Read(parsed.GetValue(folder)!.FullName);
                var finding = CheckCeremony.Check(signed, shell.Time.GetUtcNow());
                if (!finding.Ready)
                {
                    shell.Complain("Chưa nộp được:", [.. finding.Problems]);
                    return Lcp.Refused;
                }
                var client = await shell.Connect(ct);
                var plane = await client.GetPlane(ct);
                var roots = signed.Roots.Where(r => r.Version > plane.Version("root")).Select(r => r.Bytes).ToList();
                var targets = signed
                    .Targets.Where(t => t.Version > plane.Version("targets"))
                    .Select(t => (ReadOnlyMemory<byte>?)t.Bytes)
                    .ToList();
                if (roots.Count == 0 && targets.Count == 0)
                {
                    shell.Note("Máy chủ đã dùng các tệp này hoặc mới hơn: không có gì để nộp.");
                    return shell.Answer(parsed, plane, ShowPlane.Describe);
                }
                var answer = await client.TakeMetadata(roots, targets.LastOrDefault(), dryRun: true, ct);
                if (!parsed.GetValue(dryRun))
                {
                    answer = await client.TakeMetadata(roots, targets.LastOrDefault(), dryRun: false, ct);
                }
                shell.Note(
                    parsed.GetValue(dryRun)
                        ? "Máy chủ sẽ nhận; sau khi nộp sẽ như sau:"
                        : "Máy chủ đã nhận và đang dùng."
                );
                return shell.Answer(parsed, answer.Plane, ShowPlane.Describe);
            }
        );
        return command;
    }
}
