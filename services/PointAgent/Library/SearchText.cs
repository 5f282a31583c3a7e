using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Library;

/// <summary>What a release can be found by: titles, summaries, captions and the words of its pages, in all languages.</summary>
internal static class SearchText
{
    private const int LongestPage = 2 * 1024 * 1024;

    public static string Of(Release release, FileStore files) =>
        string.Join(
            '\n',
            release
                .Title.Values.Concat(release.Summary.Values)
                .Concat(release.Files.SelectMany(f => new[] { f.Alt ?? "", f.Caption ?? "" }))
                .Concat(
                    release
                        .Files.Where(f => f.IsPage && f.Size <= LongestPage)
                        .Select(f => PageContent.Text(File.ReadAllText(files.PathOf(f.Sha256))))
                )
        );

    /// <summary>Releases with all the words asked for, best first; words with marks find words with marks before others.</summary>
    public static List<Guid> Find(this AgentDb db, string question)
    {
        var words = new string([
            .. Vietnamese
                .Compose(question)
                .Select(c => char.IsPunctuation(c) || char.IsSymbol(c) || char.IsControl(c) ? ' ' : c),
        ])
            .ToLowerInvariant()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return [];
        var exact = Match("exact", words);
        var plain = Match("plain", words.Select(Vietnamese.Plain));
        return db.Read(c =>
            c.Query(
                """
                SELECT release, min(place) FROM (
                    SELECT release, 0 AS place, rank FROM search WHERE search MATCH $exact
                    UNION ALL SELECT release, 1, rank FROM search WHERE search MATCH $plain)
                GROUP BY release ORDER BY min(place), min(rank) LIMIT 100
                """,
                row => Guid.Parse(row.GetString(0)),
                ("$exact", exact),
                ("$plain", plain)
            )
        );
    }

    private static string Match(string column, IEnumerable<string> words) =>
        $"{column} : ({string.Join(" AND ", words.Select(w => $"\"{w}\"*"))})";
}
