using System.Globalization;
using System.Text;

namespace LaiChau.OpsConsole.Shell;

/// <summary>Finds «Sìn Hồ» by «sin ho»: many keyboards at hand type no diacritics.</summary>
internal static class TextSearch
{
    public static bool Matches(string search, params ReadOnlySpan<string> texts)
    {
        var wanted = Plain(search).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var all = new StringBuilder();
        foreach (var text in texts)
        {
            all.Append(Plain(text)).Append('\n');
        }
        var found = all.ToString();
        return Array.TrueForAll(wanted, word => found.Contains(word, StringComparison.Ordinal));
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                plain.Append(char.ToLowerInvariant(c) is 'đ' ? 'd' : char.ToLowerInvariant(c));
            }
        }
        return plain.ToString();
    }
}
