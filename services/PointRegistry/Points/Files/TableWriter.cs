using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;
using MiniExcelLibs;

namespace LaiChau.PointRegistry.Points.Files;

internal enum TableFormat
{
    Csv,
    Xlsx,
}

/// <summary>A table as spreadsheets here open it.</summary>
internal static class TableWriter
{
    /// <summary>As spreadsheets in Vietnam read a CSV: semicolons between cells, a comma in numbers.</summary>
    private static readonly CultureInfo Vietnamese = WithDecimalComma();

    /// <param name="columns">In their order, each with what it reads of a row.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="format">What the file is to be.</param>
    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="sheet">What the spreadsheet calls the table.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<FileStreamHttpResult> Write<T>(
        IReadOnlyList<(string Header, Func<T, object?> Read)> columns,
        IAsyncEnumerable<T> rows,
        TableFormat format,
        string name,
        string sheet,
        CancellationToken ct
    )
    {
        // In memory before the first byte goes out: a fault half way would otherwise look like a whole file.
        var file = new MemoryStream();
        if (format is TableFormat.Xlsx)
        {
            await WriteXlsx(file, columns, rows, sheet, ct);
            file.Position = 0;
            return TypedResults.Stream(
                file,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                $"{name}.xlsx"
            );
        }
        await WriteCsv(file, columns, rows, ct);
        file.Position = 0;
        return TypedResults.Stream(file, "text/csv; charset=utf-8", $"{name}.csv");
    }

    private static async Task WriteCsv<T>(
        Stream file,
        IReadOnlyList<(string Header, Func<T, object?> Read)> columns,
        IAsyncEnumerable<T> rows,
        CancellationToken ct
    )
    {
        await using var text = new StreamWriter(
            file,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
            -1,
            leaveOpen: true
        );
        await using var csv = new CsvWriter(
            text,
            new CsvConfiguration(Vietnamese) { Delimiter = ";", NewLine = "\r\n" }
        );
        foreach (var (header, _) in columns)
        {
            csv.WriteField(header);
        }
        await csv.NextRecordAsync();
        await foreach (var row in rows.WithCancellation(ct))
        {
            foreach (var (_, read) in columns)
            {
                csv.WriteField(Convert.ToString(Cell(read(row)), Vietnamese));
            }
            await csv.NextRecordAsync();
        }
    }

    private static async Task WriteXlsx<T>(
        Stream file,
        IReadOnlyList<(string Header, Func<T, object?> Read)> columns,
        IAsyncEnumerable<T> rows,
        string sheet,
        CancellationToken ct
    )
    {
        var cells = new List<Dictionary<string, object?>>();
        await foreach (var row in rows.WithCancellation(ct))
        {
            cells.Add(columns.ToDictionary(c => c.Header, c => Cell(c.Read(row))));
        }
        if (cells.Count == 0)
        {
            // The writer takes the headers from the first row.
            cells.Add(columns.ToDictionary(c => c.Header, _ => (object?)null));
        }
        await file.SaveAsAsync(cells, sheetName: sheet, cancellationToken: ct);
    }

    /// <summary>Made here, since a machine may lack the locale.</summary>
    private static CultureInfo WithDecimalComma()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        return culture;
    }

    private static object? Cell(object? value) => value is string text ? SpreadsheetText.Safe(text) : value;
}
