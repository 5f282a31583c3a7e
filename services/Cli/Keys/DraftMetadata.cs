using System.CommandLine;
using LaiChau.Cli.Output;
using LaiChau.Distribution.Publishing;

namespace LaiChau.Cli.Keys;

/// <summary>Makes the unsigned files of a ceremony: the first ones, or the next version of what changes against those in force.</summary>
internal static class DraftMetadata
{
    public static Command Build(Shell shell)
    {
        var plan = new Argument<FileInfo>("ceremony")
        {
            Description = $"Kế hoạch ({CeremonyPlan.FileName}), cùng thư mục với các tệp *.pub.json.",
        };
        var folder = new Option<DirectoryInfo?>("--out")
        {
            Description = "Thư mục ghi bản thảo; không có thì là thư mục của kế hoạch.",
        };
        var from = new Option<string?>("--from")
        {
            Description =
                "Thư mục có các tệp root, targets đang dùng (hoặc tệp N.root.json đang dùng): soạn phiên bản kế tiếp.",
        };
        var renew = new Option<string[]>("--renew")
        {
            Description = "Soạn bản mới dù không có gì thay đổi, để gia hạn; lặp lại nếu cả hai.",
        };
        renew.AcceptOnlyFromAmong("root", "targets");
        var command = new Command("draft", "Soạn tệp root và targets theo kế hoạch, chưa ký.")
        {
            plan,
            folder,
            from,
            renew,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(plan)!;
            var into = parsed.GetValue(folder)?.FullName ?? file.DirectoryName!;
            Directory.CreateDirectory(into);
            var before = parsed.GetValue(from) is { } place ? InForce(place) : null;
            var drafts = Draft(
                CeremonyPlan.Read(file.FullName),
                file.DirectoryName!,
                before,
                parsed.GetValue(renew) ?? []
            );
            if (before is not null)
            {
                Copy(before, into);
            }
            foreach (var draft in drafts)
            {
                Write(into, draft);
            }
            DropStale(into, before, drafts);
            if (drafts.Count == 0)
            {
                shell.Note("Kế hoạch giống hệt bản đang dùng: không có gì để soạn (gia hạn thì thêm --renew).");
            }
            var made = CeremonyFolder.Read(into);
            return shell.Answer(
                parsed,
                drafts.ConvertAll(d => MetadataSummary.Of(made, made.Find(d))),
                MetadataSummary.Describe
            );
        });
        return command;
    }

    private static CeremonyFolder InForce(string place)
    {
        var folder = File.Exists(place) ? UpTo(new FileInfo(place)) : CeremonyFolder.Read(place);
        return folder.Chain.Count > 0 && folder.CurrentTargets is not null
            ? folder
            : throw new CommandRefusedException(
                $"{place} không có root và targets đã ký đủ; hãy lấy bản đang dùng bằng «lcp keys plane --out»."
            );
    }

    private static CeremonyFolder UpTo(FileInfo file)
    {
        var (folder, root) = CeremonyFolder.ReadWith(file);
        return root.Role == "root"
            ? folder.UpTo(root)
            : throw new CommandRefusedException("--from nhận tệp root, không nhận targets.");
    }

    private static List<OfflineMetadata> Draft(
        CeremonyPlan plan,
        string keys,
        CeremonyFolder? before,
        IReadOnlyList<string> renew
    )
    {
        var (design, owners) = plan.Resolve(keys);
        var (oldRoot, oldTargets) = (before?.Chain[^1], before?.CurrentTargets);
        var root = OfflineMetadata.DraftRoot(design, owners, plan.Expires(plan.Root), oldRoot);
        var targets = OfflineMetadata.DraftTargets(design, owners, plan.Expires(plan.Targets), oldTargets);
        var drafts = new List<OfflineMetadata>();
        if (oldRoot is null || renew.Contains("root") || !root.SaysTheSameAs(oldRoot))
        {
            drafts.Add(root);
        }
        if (
            oldTargets is null
            || renew.Contains("targets")
            || !targets.SaysTheSameAs(oldTargets)
            || !oldTargets.Satisfies(design.Targets)
        )
        {
            drafts.Add(targets);
        }
        return drafts;
    }

    /// <summary>What is in force goes along: whoever signs sees what changes against it.</summary>
    private static void Copy(CeremonyFolder before, string into)
    {
        foreach (var file in before.Chain.Append(before.CurrentTargets!))
        {
            Write(into, file);
        }
    }

    private static void Write(string folder, OfflineMetadata draft)
    {
        var path = Path.Combine(folder, draft.FileName);
        if (File.Exists(path))
        {
            var there = CeremonyFolder.ReadWith(new FileInfo(path)).File;
            if (there.Content == draft.Content)
            {
                return;
            }
            RefuseSigned(path, there);
        }
        WholeFile.Write(path, draft.Bytes.Span);
    }

    /// <summary>Drafts of an earlier try that are of no use any more.</summary>
    private static void DropStale(string folder, CeremonyFolder? before, List<OfflineMetadata> drafts)
    {
        var there = CeremonyFolder.Read(folder);
        var newer = there
            .Roots.Where(r => r.Version > (before?.Chain[^1].Version ?? 0))
            .Concat(there.Targets.Where(t => t.Version > (before?.CurrentTargets!.Version ?? 0)));
        foreach (var old in newer.ExceptBy(drafts.Select(d => d.FileName), f => f.FileName))
        {
            var path = Path.Combine(folder, old.FileName);
            RefuseSigned(path, old);
            File.Delete(path);
        }
    }

    private static void RefuseSigned(string path, OfflineMetadata there)
    {
        if (there.IsSigned)
        {
            throw new CommandRefusedException(
                $"{path} là bản khác, đã có chữ ký: hãy cất hoặc xoá tệp ấy nếu không dùng nữa, rồi soạn lại."
            );
        }
    }
}
