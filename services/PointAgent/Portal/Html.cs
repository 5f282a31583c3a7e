using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace LaiChau.PointAgent.Portal;

/// <summary>
/// Markup that is safe to send. It is made from interpolated strings: literal parts are markup, every value in between is
/// escaped unless it is markup itself, so a hostile title cannot become a tag by being forgotten. It stays in pieces of a few
/// kilobytes until it is sent: a page as one string would be a large object of the collector's for each reader.
/// </summary>
internal readonly struct Html
{
    public static readonly Html Nothing;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder? _pieces;

    public Html(StringBuilder markup) => _pieces = markup;

    public static Html Of(Template template) => template.Whole;

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> one)
    {
        var all = new StringBuilder();
        foreach (var item in items)
            all.Append(one(item)._pieces);
        return new Html(all);
    }

    public static Html If(bool condition, Func<Html> then) => condition ? then() : Nothing;

    public static string Escape(string text) => Encoder.Encode(text);

    public void WriteTo(IBufferWriter<byte> output)
    {
        var utf8 = Encoding.UTF8.GetEncoder();
        foreach (var piece in (_pieces ?? new StringBuilder()).GetChunks())
            utf8.Convert(piece.Span, output, flush: false, out _, out _);
        utf8.Convert([], output, flush: true, out _, out _);
    }

    public override string ToString() => _pieces?.ToString() ?? "";

    [InterpolatedStringHandler]
    public readonly ref struct Template(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (formattedCount * 24));

        public Html Whole => new(_text);

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(Html markup) => _text.Append(markup._pieces);

        public void AppendFormatted(string? text) => _text.Append(Escape(text ?? ""));

        public void AppendFormatted(int number) => _text.Append(number);
    }
}
