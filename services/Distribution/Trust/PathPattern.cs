namespace LaiChau.Distribution.Trust;

/// <summary>Shell-style wildcards within path segments: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[!a-z]</c>; none of them matches a slash.</summary>
internal static class PathPattern
{
    public static bool Matches(string pattern, string path)
    {
        var patterns = pattern.Split('/');
        var segments = path.Split('/');
        return patterns.Length == segments.Length
            && patterns.Zip(segments).All(pair => MatchesSegment(pair.First, pair.Second));
    }

    // Greedy with one point to come back to: linear memory, no exponential patterns.
    private static bool MatchesSegment(string pattern, string text)
    {
        int p = 0,
            t = 0,
            star = -1,
            mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && MatchesOne(pattern, p, text[t]) is var next and > 0)
            {
                p = next;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }
        return pattern.AsSpan(p).Trim('*').IsEmpty;
    }

    /// <summary>Where the pattern goes on when the element at <paramref name="p"/> matches, else 0.</summary>
    private static int MatchesOne(string pattern, int p, char c)
    {
        if (pattern[p] == '?')
        {
            return p + 1;
        }
        var negated = p + 1 < pattern.Length && pattern[p + 1] == '!';
        var from = p + (negated ? 2 : 1);
        // A bracket right after the opening one is a member of the set.
        var end = pattern[p] == '[' && from < pattern.Length ? pattern.IndexOf(']', from + 1) : -1;
        if (end < 0)
        {
            return pattern[p] == c ? p + 1 : 0;
        }
        var found = false;
        for (var i = from; i < end; i++)
        {
            if (i + 2 < end && pattern[i + 1] == '-')
            {
                found |= pattern[i] <= c && c <= pattern[i + 2];
                i += 2;
            }
            else
            {
                found |= pattern[i] == c;
            }
        }
        return found != negated ? end + 1 : 0;
    }
}
