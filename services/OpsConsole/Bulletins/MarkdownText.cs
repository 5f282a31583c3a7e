using Ganss.Xss;
using Markdig;
using Microsoft.AspNetCore.Components;

namespace LaiChau.OpsConsole.Bulletins;

/// <summary>A bulletin's body as its readers will see it: Markdown without raw HTML, sanitised once more.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    /// <param name="files">Addresses of the attachments by the names the text calls them by.</param>
    public static MarkupString Html(string markdown, IReadOnlyDictionary<string, string> files)
    {
        var sanitizer = new HtmlSanitizer();
        sanitizer.FilterUrl += (_, link) =>
            link.SanitizedUrl = files.GetValueOrDefault(
                Uri.UnescapeDataString(link.OriginalUrl),
                link.SanitizedUrl ?? ""
            );
        return new MarkupString(sanitizer.Sanitize(Markdown.ToHtml(markdown, Pipeline)));
    }
}
