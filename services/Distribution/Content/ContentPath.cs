using System.Text;

namespace LaiChau.Distribution.Content;

/// <summary>What a path inside a release may be, so that every point can store it, whatever its file system.</summary>
public static class ContentPath
{
    internal const int MaxBytes = 1024;
    private const int MaxSegmentBytes = 240;

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The path in NFC.</summary>
    /// <exception cref="ContentException">
    /// <see cref="ContentException.BadPath"/>: absolute, an empty, <c>.</c> or <c>..</c> segment, a backslash, control or other
    /// forbidden character, a trailing dot or space, a device name, too long, or not Unicode.
    /// </exception>
    public static string Normalise(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string normal;
        try
        {
            normal = path.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            throw Bad(path, "is not valid Unicode");
        }
        if (Encoding.UTF8.GetByteCount(normal) > MaxBytes)
        {
            throw Bad(path, $"is longer than {MaxBytes} bytes");
        }
        foreach (var segment in normal.Split('/'))
        {
            var fault =
                segment is "" or "." or ".." ? "is absolute or has an empty, '.' or '..' segment"
                : segment.Any(c => char.IsControl(c) || "\\:*?\"<>|".Contains(c, StringComparison.Ordinal))
                    ? "has a control character or one of \\ : * ? \" < > |"
                : segment[^1] is '.' or ' ' ? "has a segment that ends in a dot or a space"
                : Devices.Contains(segment.Split('.')[0]) ? "has a segment named like a device"
                : Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes
                    ? $"has a segment longer than {MaxSegmentBytes} bytes"
                : null;
            if (fault is not null)
            {
                throw Bad(path, fault);
            }
        }
        return normal;
    }

    /// <summary>Checks that no two paths fall together on a file system that ignores case, and no file lies where a folder must be.</summary>
    public static void RefuseCollisions(IEnumerable<string> paths)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var upper = path.ToUpperInvariant().Normalize(NormalizationForm.FormC);
            if (!files.Add(upper))
            {
                throw Bad(path, "is there twice (but for case)");
            }
            for (var slash = upper.LastIndexOf('/'); slash > 0 && folders.Add(upper[..slash]); )
            {
                slash = upper.LastIndexOf('/', slash - 1);
            }
        }
        if (files.FirstOrDefault(folders.Contains) is { } both)
        {
            throw Bad(both, "is both a file and a folder");
        }
    }

    private static ContentException Bad(string path, string fault) =>
        new(ContentException.BadPath, $"The path '{path}' {fault}.");
}
