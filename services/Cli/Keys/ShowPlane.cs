using System.CommandLine;
using System.Globalization;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Keys;

/// <summary>What is in force on the platform, and a copy of its roots and targets for the next ceremony.</summary>
internal static class ShowPlane
{
    public static Command Build(Shell shell)
    {
        var folder = new Option<DirectoryInfo?>("--out")
        {
            Description = "Chép các tệp root và targets đang dùng vào thư mục này (cho --from của «lcp keys draft»).",
        };
        var command = new Command("plane", "Xem phiên bản, hạn và khóa đang dùng trên máy chủ.") { folder };
        command.SetAction(
            async (parsed, ct) =>
            {
                var client = await shell.Connect(ct);
                var plane = await client.GetPlane(ct);
                if (parsed.GetValue(folder) is { } into)
                {
                    into.Create();
                    foreach (var name in Names(plane))
                    {
                        WholeFile.Write(Path.Combine(into.FullName, name), await client.ReadPlaneMetadata(name, ct));
                    }
                    shell.Note($"Đã chép vào {into.FullName}");
                }
                return shell.Answer(parsed, plane, Describe);
            }
        );
        return command;
    }

    public static IRenderable Describe(PlaneStatus plane) =>
        new Rows(
            Sheet.Table(
                plane.Roles,
                ("Vai trò", r => r.Name),
                ("Phiên bản", r => r.Version.ToString(CultureInfo.InvariantCulture)),
                ("Hết hạn", r => Sheet.Time(r.Expires)),
                ("Cần", r => $"{r.Threshold}/{r.Keys.Count}"),
                ("Khóa", r => r.Online ? "trực tuyến" : "ngoại tuyến"),
                ("Ký được ngay", r => r.CanSign ? "có" : "không"),
                ("Của", r => string.Join(", ", r.Keys.Select(k => k.Owner ?? Fingerprint.OfKey(k.Id))))
            ),
            new Text(
                string.Concat(plane.Warnings.Select(w => $"Lưu ý: {Sheet.Printable(w.Text)}{Environment.NewLine}"))
            )
        );

    private static IEnumerable<string> Names(PlaneStatus plane)
    {
        for (var version = 1L; version <= plane.Version("root"); version++)
        {
            yield return $"{version}.root.json";
        }
        yield return $"{plane.Version("targets")}.targets.json";
    }
}
