using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace LaiChau.PointAgent.Portal;

/// <summary>
/// Markup that is safe to send. It is made from interpolated strings: literal parts are markup, every value in between is
/// escaped unless it is markup itself, so a hostile title cannot become a tag by being forgotten.
/// </summary>
internal readonly record struct Html(string? Markup)
{
    public static readonly Html Nothing;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static Html Of(Template template) => new(template.ToString());

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> one) =>
        new(string.Concat(items.Select(item => one(item).Markup)));

    public static Html If(bool condition, Func<Html> then) => condition ? then() : Nothing;

    public static string Escape(string text) => Encoder.Encode(text);

    public override string ToString() => Markup ?? "";

    [InterpolatedStringHandler]
    public readonly ref struct Template(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (formattedCount * 24));

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(Html markup) => _text.Append(markup.Markup);

        public void AppendFormatted(string? text) => _text.Append(Escape(text ?? ""));

        public void AppendFormatted(int number) => _text.Append(number);

        public override string ToString() => _text.ToString();
    }
}
