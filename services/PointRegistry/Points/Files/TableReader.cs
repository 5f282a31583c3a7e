using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using MiniExcelLibs;

namespace LaiChau.PointRegistry.Points.Files;

/// <summary>The file is no table, with a sentence for whoever sent it.</summary>
internal sealed class TableRefusedException(string message) : Exception(message);

/// <summary>Rows of text from a CSV (semicolons, commas or tabs) or XLSX file that a stranger sent.</summary>
internal static class TableReader
{
    /// <summary>What an XLSX file may be unpacked: a small one can hold a very large sheet.</summary>
    private const long MostUnpacked = 64L << 20;
    private const int MostColumns = 100;

    /// <summary>The rows that are not blank, each with its number in the spreadsheet.</summary>
    /// <exception cref="TableRefusedException"/>
    public static List<(int Number, string[] Cells)> Read(MemoryStream file, int most)
    {
        var rows = new List<(int, string[])>();
        var bytes = file.GetBuffer().AsSpan(0, (int)file.Length);
        foreach (var (number, cells) in bytes.StartsWith("PK"u8) ? Xlsx(file) : Csv(file))
        {
            if (cells.All(string.IsNullOrWhiteSpace))
            {
                continue;
            }
            if (cells.Length > MostColumns || rows.Count == most)
            {
                throw new TableRefusedException($"Tệp có quá {most} dòng hoặc quá {MostColumns} cột.");
            }
            rows.Add((number, [.. cells.Select(c => SpreadsheetText.Read(c.Normalize().Trim()))]));
        }
        return rows;
    }

    private static IEnumerable<(int, string[])> Csv(MemoryStream file)
    {
        var text = Decode(file.GetBuffer().AsSpan(0, (int)file.Length));
        var headers = text.AsSpan(0, text.IndexOf('\n') is >= 0 and var end ? end : text.Length);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter =
                headers.Contains(';') ? ";"
                : headers.Contains('\t') ? "\t"
                : ",",
            HasHeaderRecord = false,
            // Blank lines count, so that the numbers are those of the spreadsheet.
            IgnoreBlankLines = false,
            BadDataFound = bad =>
                throw new TableRefusedException(
                    $"Dòng {bad.Context.Parser?.Row}: dấu ngoặc kép đặt sai chỗ. Hãy lưu lại tệp từ chương trình bảng tính."
                ),
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        while (parser.Read())
        {
            yield return (parser.Row, parser.Record!);
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            throw new TableRefusedException("Tệp không phải UTF-8. Hãy lưu dạng «CSV UTF-8» hoặc XLSX.");
        }
    }

    private static List<(int, string[])> Xlsx(MemoryStream file)
    {
        try
        {
            using (var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true))
            {
                // What is read of an entry ends at the length that it declares.
                if (zip.Entries.Sum(e => e.Length) > MostUnpacked)
                {
                    throw new TableRefusedException("Tệp XLSX quá lớn khi giải nén.");
                }
            }
            file.Position = 0;
            var number = 0;
            return
            [
                .. file.Query()
                    .Cast<IDictionary<string, object?>>()
                    .Select(row => (++number, row.Values.Select(Text).ToArray())),
            ];
        }
        catch (Exception fault) when (fault is not TableRefusedException)
        {
            // Whatever a broken file makes the reader throw, it is the file that is broken.
            throw new TableRefusedException("Không đọc được tệp XLSX này.");
        }
    }

    private static string Text(object? cell) => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";
}
