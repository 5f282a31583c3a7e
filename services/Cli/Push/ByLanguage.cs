using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.RegularExpressions;

namespace LaiChau.Cli.Push;

/// <summary>Texts by language as they are typed: <c>vi="Chăm sóc chè Shan"</c>, repeated for each language.</summary>
internal static partial class ByLanguage
{
    public static Option<Dictionary<string, string>?> Option(string name, string description, bool required = false) =>
        new(name)
        {
            Description = description,
            Required = required,
            Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = false,
            HelpName = "ngôn ngữ=nội dung",
            CustomParser = Parse,
        };

    public static bool IsTag(string text) => Tag().IsMatch(text);

    private static Dictionary<string, string>? Parse(ArgumentResult result)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var split = token.Value.IndexOf('=', StringComparison.Ordinal);
            var tag = split < 0 ? "" : token.Value[..split].Trim();
            var text = token.Value[(split + 1)..].Trim().Normalize(NormalizationForm.FormC);
            if (!IsTag(tag) || text.Length == 0)
            {
                result.AddError($"«{token.Value}»: hãy viết dạng ngôn-ngữ=nội-dung, ví dụ vi=\"Chăm sóc chè Shan\".");
                return null;
            }
            if (!texts.TryAdd(tag, text))
            {
                result.AddError($"Ngôn ngữ «{tag}» được ghi hai lần.");
                return null;
            }
        }
        return texts.Count == 0 ? null : texts;
    }

    /// <summary>The shape of BCP 47; the meaning is the server's business.</summary>
    [GeneratedRegex(
        "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Tag();
}
