namespace LaiChau.PointRegistry.Points.Files;

/// <summary>
/// A spreadsheet runs a cell that begins like a formula. A text of ours never does: an apostrophe before it makes it a text, and is taken away
/// when the file comes back.
/// </summary>
internal static class SpreadsheetText
{
    public static string Safe(string text) => IsFormula(text) ? $"'{text}" : text;

    public static string Read(string cell) => cell.StartsWith('\'') && IsFormula(cell[1..]) ? cell[1..] : cell;

    // A leading quote mark, space or «$» hides a formula from this test but not from every program that opens the file.
    private static bool IsFormula(string text) =>
        text.TrimStart(' ', '"', '\'', '$', '\u00a0') is [var first, ..]
        && first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '|' or '＝' or '＋' or '－' or '＠';
}
