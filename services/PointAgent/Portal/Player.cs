using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Portal;

/// <summary>Sound and film with the browser's own controls. Nothing is loaded before somebody presses play.</summary>
internal static class Player
{
    public static Html Sound(Release release, ReleaseFile file) =>
        Html.Of(
            $"""
            <figure class="listen"><figcaption>{Icon.Of(Icon.Sound)}<span>{Caption(file, "Nghe")}</span></figcaption>
            <audio controls preload="none" src="{ReleaseFiles.Address(release, file)}"></audio></figure>
            """
        );

    public static Html Film(Release release, ReleaseFile file, ReleaseFile? subtitles) =>
        Html.Of(
            $"""
            <figure class="film"><video controls preload="none" src="{ReleaseFiles.Address(release, file)}">{Html.If(
                subtitles is not null,
                () =>
                    Html.Of(
                        $"""<track kind="captions" default srclang="{subtitles!.Language ?? Languages.Vietnamese}" src="{ReleaseFiles.Address(release, subtitles)}">"""
                    )
            )}</video>
            <figcaption>{Icon.Of(Icon.Film)}<span>{Caption(file, "Xem phim")}</span></figcaption></figure>
            """
        );

    private static string Caption(ReleaseFile file, string verb)
    {
        var language = file.Language is null ? verb : $"{verb} bằng {Lower(Languages.NameOf(file.Language))}";
        return file.Caption is { Length: > 0 } caption ? $"{language}: {caption}" : language;
    }

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
