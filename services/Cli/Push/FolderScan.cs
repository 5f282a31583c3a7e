using System.Buffers;
using System.Text;

namespace LaiChau.Cli.Push;

/// <summary>A file to push: where it lies here, and its path in the package (NFC, with <c>/</c>).</summary>
internal sealed record FoundFile(string Path, string FullName, long Size);

/// <summary>Takes a folder only if every name in it can live on every point: Linux, Windows, a USB stick.</summary>
internal static class FolderScan
{
    public const int MaxDepth = 16;
    public const int MaxPathBytes = 1024;
    private const int MaxNameBytes = 240;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\:*?\"<>|");
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        "COM1",
        "COM2",
        "COM3",
        "COM4",
        "COM5",
        "COM6",
        "COM7",
        "COM8",
        "COM9",
        "LPT1",
        "LPT2",
        "LPT3",
        "LPT4",
        "LPT5",
        "LPT6",
        "LPT7",
        "LPT8",
        "LPT9",
    };

    /// <exception cref="FolderRefusedException">With every fault found, not only the first.</exception>
    public static IReadOnlyList<FoundFile> Scan(string folder)
    {
        var root = new DirectoryInfo(folder);
        if (!root.Exists)
        {
            throw new FolderRefusedException([$"Không có thư mục «{folder}»."]);
        }
        var files = new List<FoundFile>();
        var faults = new List<string>();
        Walk(root, "", 1, files, faults);
        var twins = files
            .Select(f => (f.Path, IsFile: true))
            .Concat(
                files
                    .SelectMany(f => Folders(f.Path))
                    .Distinct(StringComparer.Ordinal)
                    .Select(p => (Path: p, IsFile: false))
            )
            .GroupBy(e => e.Path, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1 && same.Any(e => e.IsFile));
        foreach (var same in twins)
        {
            faults.Add(
                $"Trùng tên khi không phân biệt chữ hoa, chữ thường hoặc cách gõ dấu: {string.Join(", ", same.Select(e => $"«{e.Path}»"))}."
            );
        }
        if (files.Count == 0 && faults.Count == 0)
        {
            faults.Add($"Thư mục «{folder}» không có tệp nào.");
        }
        return faults.Count == 0
            ? [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)]
            : throw new FolderRefusedException(faults);
    }

    private static void Walk(DirectoryInfo folder, string prefix, int depth, List<FoundFile> files, List<string> faults)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var path = prefix + entry.Name.Normalize(NormalizationForm.FormC);
            if (Fault(entry, path, depth) is { } fault)
            {
                faults.Add($"«{path}»: {fault}");
            }
            else if (entry is DirectoryInfo inner)
            {
                Walk(inner, path + "/", depth + 1, files, faults);
            }
            else
            {
                files.Add(new FoundFile(path, entry.FullName, ((FileInfo)entry).Length));
            }
        }
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    private static string? Fault(FileSystemInfo entry, string path, int depth)
    {
        var name = entry.Name;
        return name.StartsWith('.') || entry.Attributes.HasFlag(FileAttributes.Hidden)
                ? "tệp hoặc thư mục ẩn; hãy xoá hoặc chuyển ra ngoài."
            : entry.LinkTarget is not null ? "là liên kết; hãy thay bằng tệp thật."
            : depth > MaxDepth ? $"nằm sâu quá {MaxDepth} cấp thư mục."
            : name.AsSpan().ContainsAny(Forbidden) || name.Any(char.IsControl)
                ? "tên có ký tự không được dùng (\\ : * ? \" < > | hoặc ký tự điều khiển)."
            : name.EndsWith('.') || name.EndsWith(' ') || name.StartsWith(' ')
                ? "tên bắt đầu bằng dấu cách, hoặc kết thúc bằng dấu cách hay dấu chấm."
            : Reserved.Contains(name.Split('.')[0]) ? "tên bị Windows giữ riêng."
            : Encoding.UTF8.GetByteCount(name) > MaxNameBytes ? $"tên dài quá {MaxNameBytes} byte."
            : Encoding.UTF8.GetByteCount(path) > MaxPathBytes ? $"đường dẫn dài quá {MaxPathBytes} byte."
            : null;
    }
}

/// <summary>The folder cannot become a package as it is.</summary>
internal sealed class FolderRefusedException(IReadOnlyList<string> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
