using System.Text.RegularExpressions;
using LaiChau.Distribution;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Keys;

/// <summary>The stick: every N.root.json and N.targets.json of a folder, drafts and those that are in force, by version.</summary>
internal sealed partial class CeremonyFolder
{
    private CeremonyFolder(string path, List<OfflineMetadata> files)
    {
        Path = path;
        Roots = [.. files.Where(f => f.Role == "root").OrderBy(f => f.Version)];
        Targets = [.. files.Where(f => f.Role == "targets").OrderBy(f => f.Version)];
    }

    public string Path { get; }
    public IReadOnlyList<OfflineMetadata> Roots { get; }
    public IReadOnlyList<OfflineMetadata> Targets { get; }

    /// <exception cref="CommandRefusedException">A file that is not what its name says.</exception>
    public static CeremonyFolder Read(string path)
    {
        var files = Directory.EnumerateFiles(path).Where(f => FileName().IsMatch(System.IO.Path.GetFileName(f)));
        return new(System.IO.Path.GetFullPath(path), [.. files.Order(StringComparer.Ordinal).Select(Parse)]);
    }

    /// <summary>One file in the company of those beside it.</summary>
    public static (CeremonyFolder Folder, OfflineMetadata File) ReadWith(FileInfo file)
    {
        if (!FileName().IsMatch(file.Name))
        {
            throw new CommandRefusedException($"«{file.Name}» không phải tệp N.root.json hoặc N.targets.json.");
        }
        return (Read(file.DirectoryName!), Parse(file.FullName));
    }

    /// <summary>The same as if nothing newer than this root lay here.</summary>
    public CeremonyFolder UpTo(OfflineMetadata root) =>
        new(Path, [.. Roots.Where(r => r.Version <= root.Version), .. Targets]);

    /// <summary>The roots that readers would follow: each signed by the one before and by itself.</summary>
    public IReadOnlyList<OfflineMetadata> Chain
    {
        get
        {
            var chain = new List<OfflineMetadata>();
            foreach (var root in Roots.TakeWhile(r => Needs(r).All(n => r.Satisfies(n.Signers))))
            {
                if (chain is [.., var last] && root.Version != last.Version + 1)
                {
                    break;
                }
                chain.Add(root);
            }
            return chain;
        }
    }

    /// <summary>The newest targets that a root of the chain trusts.</summary>
    public OfflineMetadata? CurrentTargets =>
        Targets.LastOrDefault(t => Chain.Any(r => t.Satisfies(r.Roles["targets"])));

    public OfflineMetadata? Before(OfflineMetadata file) =>
        (file.Role == "root" ? Roots : Targets).FirstOrDefault(f => f.Version == file.Version - 1);

    /// <summary>The file of that name as it lies here, with its signatures.</summary>
    public OfflineMetadata Find(OfflineMetadata file) => Roots.Concat(Targets).First(f => f.FileName == file.FileName);

    /// <summary>Whose signatures a file must have, with the root that says so.</summary>
    public IReadOnlyList<(OfflineMetadata By, RoleSigners Signers)> Needs(OfflineMetadata file) =>
        file.Role == "targets" ? [.. Roots.TakeLast(1).Select(r => (r, r.Roles["targets"]))]
        : Before(file) is { } before ? [(before, before.Roles["root"]), (file, file.Roles["root"])]
        : [(file, file.Roles["root"])];

    /// <summary>Whose signature is of use: for targets also those whom the root before trusts, so that its readers follow without a gap.</summary>
    public bool MaySign(OfflineMetadata file, TufKey key) =>
        Needs(file)
            .Select(n => n.Signers)
            .Concat(file.Role == "targets" ? Chain.TakeLast(2).Select(r => r.Roles["targets"]) : [])
            .Any(s => s.Keys.Any(k => k.Public == key.Public));

    private static OfflineMetadata Parse(string path)
    {
        OfflineMetadata file;
        try
        {
            file = OfflineMetadata.Parse(File.ReadAllBytes(path));
        }
        catch (TufException bad)
        {
            throw new CommandRefusedException($"{path} không phải tệp gốc tin cậy: {bad.Message}");
        }
        return file.FileName == System.IO.Path.GetFileName(path)
            ? file
            : throw new CommandRefusedException($"{path} thật ra là {file.FileName}: tệp đã bị đổi tên hoặc tráo.");
    }

    [GeneratedRegex(@"\A[1-9][0-9]*\.(root|targets)\.json\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileName();
}
