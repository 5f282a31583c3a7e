using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Portal;

/// <summary>Which of a release's files a reader of a language is given, and where they are found.</summary>
internal static class ReleaseFiles
{
    public static string Address(Release release) => "/r/" + Escape(release.Package);

    public static string Address(Release release, ReleaseFile file) => Address(release) + "/" + Escape(file.Path);

    /// <summary>The page to read: in the reader's language, then in Vietnamese; one called index before others.</summary>
    public static ReleaseFile? Page(Release release, string language)
    {
        var pages = release.Files.Where(f => f.IsPage).ToList();
        if (pages.Count == 0)
            return null;
        var best = Languages.Best([.. pages.Select(LanguageOf).Distinct()], language);
        return pages
            .Where(p => LanguageOf(p) == best)
            .OrderBy(p => !p.Path.StartsWith("index", StringComparison.Ordinal))
            .ThenBy(p => p.Path.Count(c => c == '/'))
            .First();
    }

    /// <summary>Sound tracks, those in the reader's language first.</summary>
    public static IEnumerable<ReleaseFile> Sound(Release release, string language) =>
        release
            .Files.Where(f => f.IsAudio)
            .OrderBy(f => !Languages.Same(LanguageOf(f), language))
            .ThenBy(f => !Languages.Related(LanguageOf(f), language))
            .ThenBy(f => !Languages.Related(LanguageOf(f), Languages.Vietnamese));

    public static string LanguageOf(ReleaseFile file) => file.Language ?? Languages.Vietnamese;

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
