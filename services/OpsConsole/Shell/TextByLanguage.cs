namespace LaiChau.OpsConsole.Shell;

/// <summary>One text out of an object by language: Vietnamese first, else whatever there is.</summary>
internal static class TextByLanguage
{
    public static (string Language, string Text) Best(this IReadOnlyDictionary<string, string> texts, string otherwise)
    {
        foreach (var (language, text) in texts)
        {
            if (language is "vi" or "vi-VN" && !string.IsNullOrWhiteSpace(text))
            {
                return ("vi", text);
            }
        }
        foreach (var (language, text) in texts)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                return (language, text);
            }
        }
        return ("vi", otherwise);
    }
}
