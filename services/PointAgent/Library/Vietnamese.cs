using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// Vietnamese text made comparable. The program carries no ICU, whose tables string.Normalize needs, so the letters of the
/// language are composed (NFC) and stripped of their marks here.
/// </summary>
internal static class Vietnamese
{
    private const string Bare = "aăâeêioôơuưy";

    /// <summary>Per tone, the letters of <see cref="Bare"/> carrying it.</summary>
    private static readonly (char Mark, string Letters)[] Tones =
    [
        ('\u0300', "àằầèềìòồờùừỳ"),
        ('\u0301', "áắấéếíóốớúứý"),
        ('\u0303', "ãẵẫẽễĩõỗỡũữỹ"),
        ('\u0309', "ảẳẩẻểỉỏổởủửỷ"),
        ('\u0323', "ạặậẹệịọộợụựỵ"),
    ];

    private static readonly (char Mark, string Letters, string Marked)[] Shapes =
    [
        ('\u0306', "a", "ă"),
        ('\u0302', "aeo", "âêô"),
        ('\u031B', "ou", "ơư"),
    ];

    private static readonly FrozenDictionary<(char, char), char> Composed = Compositions();
    private static readonly FrozenDictionary<char, char> Stripped = Strippings();

    /// <summary>NFC for the letters of Vietnamese.</summary>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0300', '\u036F'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; )
        {
            var letter = text[i++];
            var marks = new List<char>(2);
            while (i < text.Length && text[i] is >= '\u0300' and <= '\u036F')
                marks.Add(text[i++]);
            // Whatever their order in the text, the mark that shapes the letter comes before the tone.
            marks.Sort((one, other) => IsTone(one).CompareTo(IsTone(other)));
            var left = 0;
            foreach (var mark in marks)
            {
                if (Composed.TryGetValue((letter, mark), out var composed))
                    letter = composed;
                else
                    marks[left++] = mark;
            }
            result.Append(letter).Append(marks.Take(left).ToArray());
        }
        return result.ToString();
    }

    /// <summary>Lower case without marks, đ as d: what somebody types who has no Vietnamese keyboard.</summary>
    public static string Plain(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            var lower = char.ToLowerInvariant(letter);
            if (Stripped.TryGetValue(lower, out var bare))
                result.Append(bare);
            else if (CharUnicodeInfo.GetUnicodeCategory(lower) != UnicodeCategory.NonSpacingMark || lower > '\u036F')
                result.Append(lower);
        }
        return result.ToString();
    }

    private static bool IsTone(char mark) => Tones.Any(t => t.Mark == mark);

    private static FrozenDictionary<(char, char), char> Compositions()
    {
        var all = new Dictionary<(char, char), char>();
        void Add(char letter, char mark, char composed)
        {
            all[(letter, mark)] = composed;
            all[(char.ToUpperInvariant(letter), mark)] = char.ToUpperInvariant(composed);
        }
        foreach (var (mark, letters, marked) in Shapes)
            for (var i = 0; i < letters.Length; i++)
                Add(letters[i], mark, marked[i]);
        foreach (var (mark, letters) in Tones)
            for (var i = 0; i < Bare.Length; i++)
                Add(Bare[i], mark, letters[i]);
        return all.ToFrozenDictionary();
    }

    private static FrozenDictionary<char, char> Strippings()
    {
        const string plain = "aaaeeiooouuy";
        var all = new Dictionary<char, char> { ['đ'] = 'd' };
        foreach (var letters in Tones.Select(t => t.Letters).Prepend(Bare))
            for (var i = 0; i < plain.Length; i++)
                all[letters[i]] = plain[i];
        return all.ToFrozenDictionary();
    }
}
