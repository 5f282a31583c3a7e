using LaiChau.PointRegistry.Units;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Points.Files;

/// <param name="Row">As the spreadsheet numbers it.</param>
internal sealed record RowFault(int Row, string Column, string Message);

/// <summary>A row of a table, by the headers of its columns. What is not there is empty.</summary>
internal sealed record TableRow(int Number, Func<string, string> Cell);

/// <summary>A table that somebody sent, whose first line names its columns, in any order: taken as a whole or refused.</summary>
internal static class UploadedTable
{
    /// <param name="http">What carries it.</param>
    /// <param name="mostRows">Without the first line.</param>
    /// <param name="what">What a row stands for, as people call it.</param>
    /// <param name="headers">All columns that there may be, by <see cref="SearchText.Plain"/>.</param>
    /// <param name="needed">Those that there must be.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<(IReadOnlyList<TableRow> Rows, ProblemHttpResult? Refusal)> Read(
        HttpRequest http,
        int mostRows,
        string what,
        Dictionary<string, string> headers,
        IReadOnlyList<string> needed,
        CancellationToken ct
    )
    {
        using var file = new MemoryStream();
        await http.Body.CopyToAsync(file, ct);
        file.Position = 0;
        List<(int Number, string[] Cells)> lines;
        try
        {
            lines = TableReader.Read(file, mostRows + 1);
        }
        catch (TableRefusedException refused)
        {
            return ([], PointRegistryProblems.FileInvalid.With(refused.Message));
        }
        if (lines.Count < 2)
        {
            return ([], PointRegistryProblems.FileInvalid.With($"Tệp cần một dòng tiêu đề và ít nhất một {what}."));
        }
        var (columns, fault) = Columns(lines[0].Cells, headers, needed);
        return columns is null
            ? ([], PointRegistryProblems.FileInvalid.With(fault))
            : (
                [
                    .. lines
                        .Skip(1)
                        .Select(line => new TableRow(
                            line.Number,
                            column =>
                                columns.TryGetValue(column, out var at) && at < line.Cells.Length ? line.Cells[at] : ""
                        )),
                ],
                null
            );
    }

    /// <param name="faults">At least one.</param>
    /// <param name="undone">What was therefore not done, as people say it.</param>
    public static ProblemHttpResult Refuse(List<RowFault> faults, string undone) =>
        PointRegistryProblems.RowsInvalid.With(
            $"Có {faults.Count} chỗ chưa đúng, {undone}. Dòng {faults[0].Row}, cột «{faults[0].Column}»: {faults[0].Message}",
            ("faults", faults)
        );

    /// <summary>Where each column stands; or what is wrong with the first line.</summary>
    private static (Dictionary<string, int>? Columns, string? Fault) Columns(
        string[] cells,
        Dictionary<string, string> headers,
        IReadOnlyList<string> needed
    )
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length == 0)
            {
                continue;
            }
            if (!headers.TryGetValue(SearchText.Plain(cells[i]), out var header))
            {
                return (null, $"Không có cột nào tên là «{cells[i]}». Các cột: {string.Join(" · ", headers.Values)}.");
            }
            if (!columns.TryAdd(header, i))
            {
                return (null, $"Cột «{header}» có hai lần.");
            }
        }
        var missing = needed.Where(n => !columns.ContainsKey(n)).ToList();
        return missing.Count > 0
            ? (null, $"Thiếu cột bắt buộc: {string.Join(", ", missing.Select(m => $"«{m}»"))}.")
            : (columns, null);
    }
}
