using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Portal;

/// <summary>A release in a list: a picture of its subject, its title, and whether it can be listened to or watched.</summary>
internal static class Cards
{
    public static Html List(IEnumerable<Release> releases, string language) =>
        Html.Of($"""<ul class="cards">{Html.Each(releases, r => One(r, language))}</ul>""");

    public static Html Urgent(IReadOnlyList<Release> releases, string language) =>
        Html.If(
            releases.Count > 0,
            () =>
                Html.Of(
                    $"""
                    <section class="urgent" aria-labelledby="khan-cap">
                    <h2 id="khan-cap">{Icon.Of(Icon.Warning)} KHẨN CẤP</h2>
                    {Html.Each(releases, r => UrgentOne(r, language))}
                    </section>
                    """
                )
        );

    private static Html UrgentOne(Release release, string language)
    {
        var (titleLanguage, title) = Languages.Pick(release.Title, language);
        var (summaryLanguage, summary) = Languages.Pick(release.Summary, language);
        var sound = ReleaseFiles.Sound(release, language).FirstOrDefault();
        return Html.Of(
            $"""
            <article><h3><a href="{ReleaseFiles.Address(release)}" lang="{titleLanguage}">{title}</a></h3>
            {Html.If(summary.Length > 0, () => Html.Of($"""<p lang="{summaryLanguage}">{summary}</p>"""))}
            {Html.If(sound is not null, () => Player.Sound(release, sound!))}
            <p class="when">{Say.Date(release.MadeAt)}</p></article>
            """
        );
    }

    private static Html One(Release release, string language)
    {
        var topic = Topic.Of(release.Category);
        var (titleLanguage, title) = Languages.Pick(release.Title, language);
        return Html.Of(
            $"""
            <li class="card t-{topic.Code}"><span class="tile">{Icon.Of(topic.Picture)}</span>
            <div><p class="topic">{topic.Name}</p>
            <h3><a href="{ReleaseFiles.Address(release)}" lang="{titleLanguage}">{title}</a></h3>
            <p class="when"><time datetime="{Say.Machine(release.MadeAt)}">{Say.Date(release.MadeAt)}</time></p>
            {Kinds(release)}</div></li>
            """
        );
    }

    private static Html Kinds(Release release)
    {
        (bool Has, string Picture, string Name)[] kinds =
        [
            (release.Files.Any(f => f.IsAudio), Icon.Sound, "Nghe"),
            (release.Files.Any(f => f.IsVideo), Icon.Film, "Xem phim"),
            (release.Files.Any(f => f.MediaType == "application/pdf"), Icon.Paper, "Tài liệu"),
        ];
        return Html.If(
            kinds.Any(k => k.Has),
            () =>
                Html.Of(
                    $"""<ul class="kinds">{Html.Each(kinds.Where(k => k.Has), k => Html.Of($"<li>{Icon.Of(k.Picture)}{k.Name}</li>"))}</ul>"""
                )
        );
    }
}
