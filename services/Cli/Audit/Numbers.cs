using System.Globalization;

namespace LaiChau.Cli.Audit;

/// <summary>Numbers as people read them: «3, 7–12».</summary>
internal static class Numbers
{
    /// <param name="rising">In order, none twice.</param>
    public static string Say(IReadOnlyList<long> rising)
    {
        var spans = new List<string>();
        for (var first = 0; first < rising.Count; )
        {
            var last = first;
            while (last + 1 < rising.Count && rising[last + 1] == rising[last] + 1)
            {
                last++;
            }
            spans.Add(
                first == last
                    ? rising[first].ToString(CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{rising[first]}–{rising[last]}")
            );
            first = last + 1;
        }
        return string.Join(", ", spans);
    }
}
