using System.Globalization;
using System.Security.Claims;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MiniExcelLibs;

namespace LaiChau.PointRegistry.Points.Files;

internal enum TableFormat
{
    Csv,
    Xlsx,
}

internal static class ExportPoints
{
    /// <summary>As spreadsheets in Vietnam read a CSV: semicolons between cells, a comma in numbers.</summary>
    private static readonly CultureInfo Vietnamese = WithDecimalComma();

    /// <param name="format"><c>csv</c> when left out, or <c>xlsx</c>.</param>
    public static async Task<FileStreamHttpResult> Handle(
        [AsParameters] PointFilter filter,
        Word<TableFormat>? format,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var rows = (await filter.Rows(db, user.PlaceFor(Policies.Read), time, ct))
            .OrderBy(r => r.Point.UnitKey)
            .AsAsyncEnumerable();
        var name = $"diem-ho-tro-{filter.AsOf ?? VietnamDay.Today(time):yyyy-MM-dd}";
        // In memory before the first byte goes out: a fault half way would otherwise look like a whole file.
        var file = new MemoryStream();
        if (format?.Value is TableFormat.Xlsx)
        {
            await WriteXlsx(file, rows, ct);
            file.Position = 0;
            return TypedResults.Stream(
                file,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                $"{name}.xlsx"
            );
        }
        await WriteCsv(file, rows, ct);
        file.Position = 0;
        return TypedResults.Stream(file, "text/csv; charset=utf-8", $"{name}.csv");
    }

    private static async Task WriteCsv(Stream file, IAsyncEnumerable<PointRow> rows, CancellationToken ct)
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
        foreach (var (header, _) in PointColumns.All)
        {
            csv.WriteField(header);
        }
        await csv.NextRecordAsync();
        await foreach (var row in rows.WithCancellation(ct))
        {
            foreach (var (_, read) in PointColumns.All)
            {
                csv.WriteField(Convert.ToString(Cell(read(row)), Vietnamese));
            }
            await csv.NextRecordAsync();
        }
    }

    private static async Task WriteXlsx(Stream file, IAsyncEnumerable<PointRow> rows, CancellationToken ct)
    {
        var cells = new List<Dictionary<string, object?>>();
        await foreach (var row in rows.WithCancellation(ct))
        {
            cells.Add(PointColumns.All.ToDictionary(c => c.Header, c => Cell(c.Read(row))));
        }
        if (cells.Count == 0)
        {
            // The writer takes the headers from the first row.
            cells.Add(PointColumns.All.ToDictionary(c => c.Header, _ => (object?)null));
        }
        await file.SaveAsAsync(cells, sheetName: "Điểm hỗ trợ", cancellationToken: ct);
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
