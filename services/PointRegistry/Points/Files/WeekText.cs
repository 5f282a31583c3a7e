namespace LaiChau.PointRegistry.Points.Files;

/// <summary>Opening hours in one cell: <c>T2-T6 07:30-11:30 13:30-17:00; CN 08:00-10:00</c>.</summary>
internal static class WeekText
{
    private static readonly string[] Days = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];

    public static string Write(IEnumerable<OpeningHours> week) =>
        string.Join("; ", week.Select(h => $"{Write([.. h.Days.Order()])} {string.Join(' ', h.Hours)}"));

    /// <summary>Null when it cannot be read. Whether days and hours make sense is not asked here.</summary>
    public static List<OpeningHours>? Read(string text)
    {
        var week = new List<OpeningHours>();
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var days = words[0].Split(',').Select(Range).ToList();
            if (words.Length < 2 || days.Contains(null))
            {
                return null;
            }
            week.Add(new([.. days.SelectMany(d => d!)], words[1..]));
        }
        return week;
    }

    private static string Write(int[] days) =>
        days.Length > 1 && days[^1] - days[0] == days.Length - 1
            ? $"{Days[days[0] - 1]}-{Days[days[^1] - 1]}"
            : string.Join(',', days.Select(d => Days[d - 1]));

    private static IEnumerable<int>? Range(string text)
    {
        var ends = text.Split('-').Select(d => Array.IndexOf(Days, d.ToUpperInvariant()) + 1).ToArray();
        return ends switch
        {
            [> 0 and var day] => [day],
            [> 0 and var first, var last] when last >= first => Enumerable.Range(first, last - first + 1),
            _ => null,
        };
    }
}
