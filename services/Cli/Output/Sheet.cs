using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LaiChau.Cli.Output;

/// <summary>Tables and the Vietnamese words for what the API says in codes.</summary>
internal static class Sheet
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["awaitingApproval"] = "chờ duyệt",
        ["publishing"] = "đang phát hành",
        ["published"] = "đã phát hành",
        ["superseded"] = "đã có bản mới",
        ["recalling"] = "đang thu hồi",
        ["recalled"] = "đã thu hồi",
        ["rejected"] = "bị từ chối",
        ["draft"] = "bản nháp",
        ["submitted"] = "chờ duyệt",
        ["approved"] = "đã duyệt",
        ["withdrawn"] = "đã rút",
        ["planned"] = "dự kiến",
        ["active"] = "hoạt động",
        ["suspended"] = "tạm dừng",
        ["closed"] = "đã đóng",
        ["showing"] = "đang hiển thị",
        ["pending"] = "chưa nhận",
        ["removed"] = "đã gỡ",
        ["mayStillShow"] = "có thể còn hiển thị",
    };

    public static string Word(string? code) => code is null ? "" : Words.GetValueOrDefault(code, code);

    public static string Time(DateTimeOffset? at) =>
        at?.ToLocalTime().ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture) ?? "";

    public static string Size(long bytes) =>
        bytes switch
        {
            < 1024 => $"{bytes} B",
            < 1024 * 1024 => string.Create(Vietnamese, $"{bytes / 1024.0:0.#} KiB"),
            < 1024L * 1024 * 1024 => string.Create(Vietnamese, $"{bytes / 1048576.0:0.#} MiB"),
            _ => string.Create(Vietnamese, $"{bytes / 1073741824.0:0.##} GiB"),
        };

    /// <summary>The Vietnamese text, or the first there is.</summary>
    public static string Text(IReadOnlyDictionary<string, string>? byLanguage) =>
        byLanguage is null or { Count: 0 } ? "" : byLanguage.GetValueOrDefault("vi") ?? byLanguage.First().Value;

    public static IRenderable Table<T>(
        IEnumerable<T> items,
        params IReadOnlyList<(string Head, Func<T, string?> Cell)> columns
    )
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (head, _) in columns)
        {
            table.AddColumn(new TableColumn(new Text(head, new Style(decoration: Decoration.Bold))));
        }
        foreach (var item in items)
        {
            table.AddRow(columns.Select(c => new Text(Printable(c.Cell(item)))));
        }
        return table.Rows.Count == 0 ? new Text("Không có mục nào." + Environment.NewLine) : table;
    }

    public static IRenderable Facts(params IReadOnlyList<(string Name, string? Value)> facts)
    {
        var grid = new Grid().AddColumn().AddColumn();
        foreach (var (name, value) in facts.Where(f => !string.IsNullOrEmpty(f.Value)))
        {
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(Printable(value)));
        }
        return grid;
    }

    /// <summary>Text of others must not steer the terminal.</summary>
    public static string Printable(string? text) =>
        text is null ? "" : new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);

    private static CultureInfo Vietnamese { get; } = CultureInfo.GetCultureInfo("vi-VN");
}
