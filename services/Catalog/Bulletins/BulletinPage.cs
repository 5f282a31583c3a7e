using System.Text.Encodings.Web;
using System.Text.Unicode;
using Ganss.Xss;
using LaiChau.Contracts.Bulletins;
using Markdig;
using Markdig.Syntax;

namespace LaiChau.Catalog.Bulletins;

/// <summary>
/// One language of a bulletin as a page that stands alone: large type, no script, nothing from elsewhere. What editors wrote is Markdown;
/// raw HTML in it is shown as text, and what comes out is sanitised once more.
/// </summary>
internal static class BulletinPage
{
    private const string Style = """
        :root { color-scheme: light dark; }
        body { margin: 0; background: Canvas; color: CanvasText; font: 1.375rem/1.6 system-ui, "Noto Sans", "Segoe UI", Roboto, sans-serif; }
        main { max-width: 40rem; margin: 0 auto; padding: 1.25rem 1.25rem 4rem; overflow-wrap: break-word; }
        h1 { font-size: 2rem; line-height: 1.25; margin: .5rem 0 1rem; }
        h2 { font-size: 1.625rem; line-height: 1.3; margin: 2rem 0 .5rem; }
        h3, h4 { font-size: 1.375rem; margin: 1.5rem 0 .5rem; }
        .lead { font-weight: 600; }
        .mark { display: inline-block; margin: 0; padding: .25rem .75rem; border-radius: .375rem; font-weight: 700; color: #fff; background: #8a4b00; }
        .mark.urgent { background: #b3261e; }
        img { max-width: 100%; height: auto; border-radius: .5rem; }
        audio { width: 100%; min-height: 3.5rem; }
        figure { margin: 1.5rem 0; }
        figcaption, footer { font-size: 1.125rem; }
        footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 2px solid currentColor; }
        footer p { margin: .25rem 0; }
        table { border-collapse: collapse; display: block; overflow-x: auto; }
        th, td { border: 1px solid currentColor; padding: .375rem .625rem; text-align: start; }
        .download { display: inline-block; padding: .75rem 1rem; border: 2px solid currentColor; border-radius: .5rem; }
        """;

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras()
        .DisableHtml()
        .Build();

    private static readonly HtmlSanitizerOptions Allowed = new()
    {
        AllowedTags = Set(
            "p h2 h3 h4 ul ol li strong em del ins sub sup mark blockquote br hr a img table thead tbody tr th td code pre"
        ),
        AllowedAttributes = Set("href src alt title start"),
        UriAttributes = Set("href src"),
        AllowedSchemes = Set("http https mailto tel"),
    };

    public static string Render(BulletinPublished bulletin, BulletinText text)
    {
        var attachments = bulletin
            .Attachments.Where(a => a.Language is null || a.Language == text.Language)
            .Select(Show);
        return $"""
            <!doctype html>
            <html lang="{Html.Encode(text.Language)}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Html.Encode(text.Title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <main>
            <article>
            {Mark(bulletin.Priority)}<h1>{Html.Encode(text.Title)}</h1>
            {Lead(text.Lead)}{Body(text.Body)}
            {string.Join('\n', attachments)}
            <footer lang="vi">
            <p>{(bulletin.Level == "national" ? "Tin trong nước" : "Tin địa phương")}</p>
            <p>Tác giả: {Html.Encode(bulletin.Author)}</p>
            <p>Cơ quan phát hành: {Html.Encode(bulletin.Office)}</p>
            <p>Phát hành lúc {Vietnamese(bulletin.ApprovedAt)}</p>
            </footer>
            </article>
            </main>
            </body>
            </html>

            """;
    }

    private static string Lead(string lead) =>
        string.IsNullOrWhiteSpace(lead) ? "" : $"<p class=\"lead\">{Html.Encode(lead)}</p>\n";

    private static string Mark(string priority) =>
        priority switch
        {
            "urgent" => "<p class=\"mark urgent\" lang=\"vi\">Tin khẩn</p>\n",
            "priority" => "<p class=\"mark\" lang=\"vi\">Tin ưu tiên</p>\n",
            _ => "",
        };

    private static string Body(string markdown)
    {
        var document = Markdig.Markdown.Parse(markdown, Markdown);
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            // The page's own title is the only h1.
            heading.Level = Math.Clamp(heading.Level, 2, 4);
        }
        var sanitiser = new HtmlSanitizer(Allowed);
        // A picture from elsewhere would not be there at a point without a link, and would tell elsewhere who looks.
        sanitiser.FilterUrl += (_, url) =>
            url.SanitizedUrl = url.Tag.LocalName == "img" && IsElsewhere(url.OriginalUrl) ? null : url.SanitizedUrl;
        return sanitiser.Sanitize(document.ToHtml(Markdown)).Trim();
    }

    private static bool IsElsewhere(string url) =>
        url.Contains(':', StringComparison.Ordinal)
        || url.StartsWith('/')
        || url.StartsWith('\\')
        || url.Contains("..", StringComparison.Ordinal);

    private static string Show(BulletinAttachment attachment)
    {
        var address = Html.Encode(Uri.EscapeDataString(attachment.Name));
        var name = Html.Encode(attachment.Caption ?? attachment.Name);
        var language = attachment.Language is { } tag ? $" lang=\"{Html.Encode(tag)}\"" : "";
        var caption = attachment.Caption is null ? "" : $"<figcaption{language}>{name}</figcaption>";
        return attachment.MediaType.Split('/')[0] switch
        {
            "image" => $"<figure><img src=\"{address}\" alt=\"{name}\"{language}>{caption}</figure>",
            "audio" =>
                $"<figure><audio controls preload=\"none\" src=\"{address}\" aria-label=\"{name}\"></audio>{caption}</figure>",
            _ => $"<p><a class=\"download\" href=\"{address}\"{language}>{name}</a></p>",
        };
    }

    /// <summary>Written out by hand: a container may lack the culture's data.</summary>
    private static string Vietnamese(DateTimeOffset at)
    {
        var here = at.ToOffset(TimeSpan.FromHours(7));
        return $"{here.Hour:00}:{here.Minute:00}, ngày {here.Day} tháng {here.Month} năm {here.Year}";
    }

    private static HashSet<string> Set(string words) => new(words.Split(' '), StringComparer.OrdinalIgnoreCase);
}
