using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Portal;

/// <summary>One release: listen first, then read, watch, look, take along.</summary>
internal static class ReleasePage
{
    private const int LongestPage = 4 * 1024 * 1024;

    public static IResult Get(Release release, HttpContext http, PageFrame frame, FileStore files, Audience audience)
    {
        var reader = Reader.Of(http);
        var pages = release.Files.Where(f => f.IsPage && f.Size <= LongestPage).ToList();
        var page =
            pages.FirstOrDefault(p => p.Path == http.Request.Query["trang"].ToString())
            ?? ReleaseFiles.Page(release with { Files = [.. pages] }, reader.Language);
        var (titleLanguage, title) = Languages.Pick(release.Title, page?.Language ?? reader.Language);
        var topic = Topic.Of(release.Category);
        var inPage = new HashSet<string>();
        var text = page is null ? Html.Nothing : Text(release, page, files, inPage);
        audience.Viewed(release, page?.Path ?? "", page?.Language ?? titleLanguage, reader.Visitor);
        return frame.Of(
            http,
            title,
            Html.Of(
                $"""
                <p><a class="back" href="/">{Icon.Of(Icon.Back)} Trang chính</a></p>
                <article class="release t-{topic.Code}{(release.IsUrgent ? " is-urgent" : "")}">
                {Html.If(release.IsUrgent, () => Html.Of($"""<p class="alarm">{Icon.Of(Icon.Warning)} KHẨN CẤP</p>"""))}
                <h1 lang="{titleLanguage}">{title}</h1>
                <p class="about"><a class="label" href="/chu-de/{topic.Code}">{Icon.Of(topic.Picture)}{topic.Name}</a>
                <time datetime="{Say.Machine(release.MadeAt)}">{Say.Date(release.MadeAt)}</time>
                <span class="views">{Icon.Of(Icon.Eye)}{Say.Count(
                    audience.ViewsOf(release.Package)
                )} lượt xem</span></p>
                {OtherLanguages(release, pages, page)}
                {Html.Each(ReleaseFiles.Sound(release, reader.Language), f => Player.Sound(release, f))}
                {Lead(release, page, reader)}
                {Html.If(
                    page is not null,
                    () => Html.Of($"""<div class="text" lang="{ReleaseFiles.LanguageOf(page!)}">{text}</div>""")
                )}
                {Html.Each(
                    release.Files.Where(f => f.IsVideo && !inPage.Contains(f.Path)),
                    f => Player.Film(release, f, Subtitles(release))
                )}
                {Html.Each(release.Files.Where(f => f.IsImage && !inPage.Contains(f.Path)), f => Picture(release, f))}
                {Documents(release, pages)}
                </article>
                """
            )
        );
    }

    private static Html Lead(Release release, ReleaseFile? page, Reader reader)
    {
        var (language, summary) = Languages.Pick(release.Summary, page?.Language ?? reader.Language);
        return Html.If(
            page is null && summary.Length > 0,
            () => Html.Of($"""<p class="lead" lang="{language}">{summary}</p>""")
        );
    }

    private static Html Text(Release release, ReleaseFile page, FileStore files, HashSet<string> inPage)
    {
        var source = new Uri(new Uri("http://release/"), page.Path);
        return PageContent.Render(File.ReadAllText(files.PathOf(page.Sha256)), Resolve);

        string? Resolve(string address)
        {
            if (address.Length > 0 && Uri.TryCreate(address, UriKind.Absolute, out var outside))
                return outside.Scheme is "http" or "https" or "tel" or "mailto" ? outside.AbsoluteUri : null;
            if (!Uri.TryCreate(source, address, out var inside) || inside.Host != source.Host)
                return null;
            var path = Uri.UnescapeDataString(inside.AbsolutePath.TrimStart('/'));
            var file = release.Files.FirstOrDefault(f => f.Path == Vietnamese.Compose(path));
            if (file is null)
                return null;
            inPage.Add(file.Path);
            return file.IsPage
                ? ReleaseFiles.Address(release) + "?trang=" + Uri.EscapeDataString(file.Path)
                : ReleaseFiles.Address(release, file);
        }
    }

    private static Html OtherLanguages(Release release, List<ReleaseFile> pages, ReleaseFile? shown)
    {
        var offered = pages.Where(p => p.Language is not null).DistinctBy(p => p.Language).ToList();
        return Html.If(
            offered.Count > 1,
            () =>
                Html.Of(
                    $"""
                    <nav class="languages" aria-label="Đọc bằng ngôn ngữ khác"><ul>
                    {Html.Each(
                        offered,
                        p =>
                            Html.Of(
                                $"""<li><a href="{ReleaseFiles.Address(release)}?trang={Uri.EscapeDataString(p.Path)}"{PageFrame.Current(p.Language == shown?.Language)}>{Languages.NameOf(p.Language!)}</a></li>"""
                            )
                    )}
                    </ul></nav>
                    """
                )
        );
    }

    private static ReleaseFile? Subtitles(Release release) =>
        release.Files.FirstOrDefault(f => f.MediaType == "text/vtt");

    private static Html Picture(Release release, ReleaseFile file) =>
        Html.Of(
            $"""
            <figure class="picture"><img src="{ReleaseFiles.Address(release, file)}" alt="{file.Alt}" loading="lazy">
            {Html.If(
                !string.IsNullOrEmpty(file.Caption),
                () => Html.Of($"<figcaption>{file.Caption}</figcaption>")
            )}</figure>
            """
        );

    private static Html Documents(Release release, List<ReleaseFile> pages)
    {
        var documents = release
            .Files.Where(f => !f.IsAudio && !f.IsVideo && !f.IsImage && !pages.Contains(f))
            .Where(f => f.MediaType is not ("text/css" or "text/vtt"))
            .ToList();
        return Html.If(
            documents.Count > 0,
            () =>
                Html.Of(
                    $"""
                    <section><h2>Tài liệu</h2><ul class="documents">
                    {Html.Each(
                        documents,
                        f =>
                            Html.Of(
                                $"""<li><a href="{ReleaseFiles.Address(release, f)}">{Icon.Of(Icon.Paper)}<span>{f.Caption ?? f.Path}<small>{Kind(f)}, {Say.Size(f.Size)}</small></span></a></li>"""
                            )
                    )}
                    </ul></section>
                    """
                )
        );
    }

    private static string Kind(ReleaseFile file) => file.MediaType == "application/pdf" ? "PDF" : file.MediaType;
}
