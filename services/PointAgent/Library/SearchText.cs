using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Library;

/// <summary>What a release can be found by: titles, summaries, captions and the words of its pages, in all languages.</summary>
internal static class SearchText
{
    private const int LongestPage = 2 * 1024 * 1024;

    /// <summary>Characters: what is indexed at once is a few copies of it in memory.</summary>
    private const int LongestPiece = 32 * 1024;

    private const int AtOnce = 16;

    /// <summary>In pieces, each with the titles, so that words of a title and of a page are found together.</summary>
    private static IEnumerable<string> Of(Release release, FileStore files)
    {
        var titles = string.Join('\n', release.Title.Values);
        yield return string.Join(
            '\n',
            release
                .Summary.Values.Concat(release.Files.SelectMany(f => new[] { f.Alt ?? "", f.Caption ?? "" }))
                .Prepend(titles)
        );
        foreach (var page in release.Files.Where(f => f.IsPage && f.Size <= LongestPage))
        {
            var text = PageContent.Text(File.ReadAllText(files.PathOf(page.Sha256)));
            for (int at = 0, end; at < text.Length; at = end)
            {
                end = Math.Min(at + LongestPiece, text.Length);
                // Between two words, unless it is all one.
                if (end < text.Length && text.LastIndexOf(' ', end - 1, end - at) is var space && space > at)
                    end = space;
                yield return $"{titles}\n{text.AsSpan(at, end - at)}";
            }
        }
    }

    /// <summary>
    /// Makes it be found once it is on the shelf. Some pieces at a time, so that page views are not kept waiting, and not sure until the next
    /// transaction that is.
    /// </summary>
    public static void Index(this AgentDb db, Release release, FileStore files)
    {
        db.WriteQuickly(c => c.Execute("DELETE FROM search WHERE release = $id", ("$id", release.Id.ToString())));
        foreach (var pieces in Of(release, files).Chunk(AtOnce))
            db.WriteQuickly(c =>
            {
                foreach (var piece in pieces)
                    c.Execute(
                        "INSERT INTO search (release, exact, plain) VALUES ($release, $exact, $plain)",
                        ("$release", release.Id.ToString()),
                        ("$exact", Vietnamese.Compose(piece)),
                        ("$plain", Vietnamese.Plain(piece))
                    );
            });
    }

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
