using System.Globalization;
using System.Text;

namespace LaiChau.PointRegistry.Units;

/// <summary>Vietnamese as people type it into a search box: with its marks, without them, or with some.</summary>
internal static class SearchText
{
    /// <summary>Lower case, NFC, single spaces.</summary>
    public static string Lower(string text) =>
        string.Join(
            ' ',
            text.Normalize(NormalizationForm.FormC)
                .ToLowerInvariant()
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );

    /// <summary>The same without diacritics: «mường tè» is «muong te».</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in Lower(text).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
            {
                plain.Append(c == 'đ' ? 'd' : c);
            }
        }
        return plain.ToString();
    }

    /// <summary>Each word apart: one that carries a mark means it, one that carries none means any.</summary>
    public static IEnumerable<(string Word, bool HasMarks)> Words(string query) =>
        Lower(query).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => (word, word != Plain(word)));
}
