using Microsoft.Extensions.Primitives;

namespace LaiChau.Gateway.Content;

/// <summary>What of Accept-Encoding is spoken here. Nothing is set aside for it: it is read in every poll.</summary>
internal static class AcceptedCoding
{
    public static ContentCoding Of(StringValues acceptEncoding)
    {
        var accepted = ContentCoding.None;
        foreach (var line in acceptEncoding)
        {
            foreach (var item in line.AsSpan().Split(','))
            {
                var entry = line.AsSpan()[item];
                var end = entry.IndexOf(';');
                var coding = (end < 0 ? entry : entry[..end]).Trim();
                if (end >= 0 && IsRefused(entry[(end + 1)..]))
                {
                    continue;
                }
                accepted |=
                    coding.Equals("br", StringComparison.OrdinalIgnoreCase) ? ContentCoding.Brotli
                    : coding.Equals("gzip", StringComparison.OrdinalIgnoreCase) ? ContentCoding.Gzip
                    : ContentCoding.None;
            }
        }
        return accepted;
    }

    /// <summary><c>q=0</c>, <c>q=0.0</c> …: "not this one".</summary>
    private static bool IsRefused(ReadOnlySpan<char> parameter)
    {
        parameter = parameter.Trim();
        return parameter.StartsWith("q=0", StringComparison.OrdinalIgnoreCase)
            && !parameter[3..].ContainsAnyExcept('.', '0');
    }
}
