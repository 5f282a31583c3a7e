using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace LaiChau.PointAgent.Portal;

/// <summary>
/// Brings a release's HTML page inside the portal's own: the markup is taken apart and only elements and attributes known
/// here are written anew, so nothing else can come through, however it was spelled. Addresses are resolved by the caller.
/// </summary>
internal static class PageContent
{
    private static readonly FrozenDictionary<string, string[]> Elements = new Dictionary<string, string[]>
    {
        ["p"] = [],
        ["h1"] = [],
        ["h2"] = [],
        ["h3"] = [],
        ["h4"] = [],
        ["h5"] = [],
        ["h6"] = [],
        ["ul"] = [],
        ["ol"] = ["start"],
        ["li"] = [],
        ["dl"] = [],
        ["dt"] = [],
        ["dd"] = [],
        ["table"] = [],
        ["caption"] = [],
        ["thead"] = [],
        ["tbody"] = [],
        ["tfoot"] = [],
        ["tr"] = [],
        ["th"] = ["colspan", "rowspan", "scope"],
        ["td"] = ["colspan", "rowspan"],
        ["blockquote"] = [],
        ["figure"] = [],
        ["figcaption"] = [],
        ["div"] = [],
        ["section"] = [],
        ["span"] = [],
        ["strong"] = [],
        ["em"] = [],
        ["b"] = [],
        ["i"] = [],
        ["u"] = [],
        ["s"] = [],
        ["q"] = [],
        ["sub"] = [],
        ["sup"] = [],
        ["small"] = [],
        ["mark"] = [],
        ["pre"] = [],
        ["code"] = [],
        ["ruby"] = [],
        ["rt"] = [],
        ["details"] = [],
        ["summary"] = [],
        ["a"] = ["href"],
        ["img"] = ["src", "alt", "width", "height"],
        ["audio"] = ["src"],
        ["video"] = ["src", "poster"],
        ["source"] = ["src", "type"],
        ["track"] = ["src", "kind", "srclang", "label"],
        ["br"] = [],
        ["hr"] = [],
        ["wbr"] = [],
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Empty = ["img", "source", "track", "br", "hr", "wbr"];
    private static readonly FrozenSet<string> Addresses = ["href", "src", "poster"];

    /// <summary>Elements whose inside is not text for a reader.</summary>
    private static readonly FrozenSet<string> Opaque =
    [
        "script",
        "style",
        "title",
        "textarea",
        "iframe",
        "object",
        "svg",
        "math",
        "template",
        "select",
        "xmp",
        "noembed",
        "noframes",
    ];

    /// <param name="html">The page as it is in the release.</param>
    /// <param name="resolve">The address to write for one in the page, or null to leave it out.</param>
    public static Html Render(string html, Func<string, string?> resolve)
    {
        var result = new StringBuilder();
        var open = new Stack<string>();
        foreach (var token in Tokens(html))
        {
            if (token.Text is { } text)
                result.Append(Html.Escape(text));
            else if (!Elements.TryGetValue(token.Name, out var attributes))
                continue;
            else if (!token.IsEnd)
                Open(token, attributes);
            else if (open.Contains(token.Name))
                CloseDownTo(token.Name);
        }
        while (open.Count > 0)
            Close(open.Pop());
        return new Html(result);

        void Open(Token token, string[] attributes)
        {
            result.Append('<').Append(Lowered(token.Name));
            foreach (var (name, value) in token.Attributes)
            {
                if (name is not ("lang" or "dir") && !attributes.Contains(name))
                    continue;
                var written = Addresses.Contains(name) ? resolve(value) : value;
                if (written is not null)
                    result.Append(' ').Append(name).Append("=\"").Append(Html.Escape(written)).Append('"');
            }
            if (token.Name is "img")
                result.Append(token.Has("alt") ? " loading=\"lazy\"" : " alt=\"\" loading=\"lazy\"");
            else if (token.Name is "audio" or "video")
                result.Append(" controls preload=\"none\"");
            result.Append('>');
            if (!Empty.Contains(token.Name))
                open.Push(token.Name);
        }

        void CloseDownTo(string name)
        {
            string closed;
            do Close(closed = open.Pop());
            while (closed != name);
        }

        void Close(string name) => result.Append("</").Append(Lowered(name)).Append('>');
    }

    /// <summary>The words of a page, for the search.</summary>
    public static string Text(string html) =>
        string.Join(
            ' ',
            Tokens(html).Where(t => t.Text is not null).Select(t => t.Text!.Trim()).Where(t => t.Length > 0)
        );

    /// <summary>The page's own heading is one below the portal's, which is the release's title.</summary>
    private static string Lowered(string name) =>
        name switch
        {
            "h1" => "h2",
            "h2" => "h3",
            "h3" => "h4",
            "h4" => "h5",
            "h5" => "h6",
            _ => name,
        };

    private readonly record struct Token(
        string? Text,
        string Name,
        bool IsEnd,
        IReadOnlyList<(string Name, string Value)> Attributes
    )
    {
        public bool Has(string attribute) => Attributes.Any(a => a.Name == attribute);
    }

    private static IEnumerable<Token> Tokens(string html)
    {
        var at = 0;
        while (at < html.Length)
        {
            var tag = html.IndexOf('<', at);
            if (tag < 0)
                tag = html.Length;
            if (tag > at)
                yield return new Token(WebUtility.HtmlDecode(html[at..tag]), "", false, []);
            if (tag == html.Length)
                yield break;
            if (html.AsSpan(tag).StartsWith("<!--"))
            {
                at = After(html, "-->", tag + 4);
                continue;
            }
            var isEnd = tag + 1 < html.Length && html[tag + 1] == '/';
            var start = tag + (isEnd ? 2 : 1);
            if (start >= html.Length || !char.IsAsciiLetter(html[start]))
            {
                if (isEnd || (start < html.Length && html[start] is '!' or '?'))
                    at = After(html, ">", start);
                else
                {
                    yield return new Token("<", "", false, []);
                    at = tag + 1;
                }
                continue;
            }
            var token = ReadTag(html, start, isEnd, out at);
            if (!isEnd && Opaque.Contains(token.Name))
                at = AfterElement(html, token.Name, at);
            else
                yield return token;
        }
    }

    private static Token ReadTag(string html, int at, bool isEnd, out int end)
    {
        var start = at;
        while (at < html.Length && !IsSpace(html[at]) && html[at] is not ('>' or '/'))
            at++;
        var name = html[start..at].ToLowerInvariant();
        var attributes = new List<(string, string)>();
        while (at < html.Length && html[at] != '>')
        {
            if (IsSpace(html[at]) || html[at] == '/')
            {
                at++;
                continue;
            }
            start = at++;
            while (at < html.Length && !IsSpace(html[at]) && html[at] is not ('>' or '/' or '='))
                at++;
            var attribute = html[start..at].ToLowerInvariant();
            while (at < html.Length && IsSpace(html[at]))
                at++;
            var value = "";
            if (at < html.Length && html[at] == '=')
            {
                at++;
                while (at < html.Length && IsSpace(html[at]))
                    at++;
                value = ReadValue(html, ref at);
            }
            if (!attributes.Exists(a => a.Item1 == attribute))
                attributes.Add((attribute, WebUtility.HtmlDecode(value)));
        }
        end = Math.Min(at + 1, html.Length);
        return new Token(null, name, isEnd, attributes);
    }

    private static string ReadValue(string html, ref int at)
    {
        if (at < html.Length && html[at] is '"' or '\'')
        {
            var close = html.IndexOf(html[at], at + 1);
            if (close < 0)
                close = html.Length;
            var quoted = html[(at + 1)..close];
            at = Math.Min(close + 1, html.Length);
            return quoted;
        }
        var start = at;
        while (at < html.Length && !IsSpace(html[at]) && html[at] != '>')
            at++;
        return html[start..at];
    }

    private static int AfterElement(string html, string name, int at)
    {
        var close = html.IndexOf("</" + name, at, StringComparison.OrdinalIgnoreCase);
        return close < 0 ? html.Length : After(html, ">", close);
    }

    private static int After(string html, string mark, int from)
    {
        var at = from >= html.Length ? -1 : html.IndexOf(mark, from, StringComparison.Ordinal);
        return at < 0 ? html.Length : at + mark.Length;
    }

    private static bool IsSpace(char letter) => letter is ' ' or '\t' or '\n' or '\r' or '\f';
}
