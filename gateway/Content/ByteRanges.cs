using Microsoft.Net.Http.Headers;

namespace LaiChau.Gateway.Content;

/// <summary>The parts of a file that a Range header asks for (RFC 9110 §14).</summary>
internal static class ByteRanges
{
    /// <summary>More parts than a point's worst plan has; more is somebody's game.</summary>
    private const int Most = 128;

    /// <summary>
    /// Null: no range is asked for, or none that can be read, so the whole answers. Empty: the file has no such part. Parts that overlap are joined and sent
    /// in order, so that no answer is larger than the file and the heads of its parts.
    /// </summary>
    public static IReadOnlyList<Part>? Of(string? header, long size)
    {
        if (
            header is not { Length: > 0 }
            || !RangeHeaderValue.TryParse(header, out var asked)
            || !asked.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
        )
        {
            return null;
        }
        if (asked.Ranges.Count > Most)
        {
            return [];
        }
        var parts = asked.Ranges.Select(range => Cut(range, size)).Where(part => part.Length > 0).ToList();
        return parts.Count > 1 && Overlap(parts) ? Join(parts) : parts;
    }

    private static Part Cut(RangeItemHeaderValue range, long size)
    {
        var from = range.From ?? Math.Max(0, size - range.To!.Value);
        var end = range.From is null || range.To is null ? size : Math.Min(range.To.Value, size - 1) + 1;
        return new Part(from, end - from);
    }

    private static bool Overlap(List<Part> parts)
    {
        var ordered = parts.OrderBy(part => part.From).ToList();
        return ordered.Zip(ordered.Skip(1)).Any(pair => pair.First.End > pair.Second.From);
    }

    private static List<Part> Join(List<Part> parts)
    {
        var joined = new List<Part>();
        foreach (var part in parts.OrderBy(part => part.From))
        {
            if (joined.Count > 0 && joined[^1] is var last && last.End >= part.From)
            {
                joined[^1] = last with { Length = Math.Max(last.End, part.End) - last.From };
            }
            else
            {
                joined.Add(part);
            }
        }
        return joined;
    }
}

/// <summary>Bytes <paramref name="From"/> … <paramref name="From"/> + <paramref name="Length"/> − 1 of a file.</summary>
internal readonly record struct Part(long From, long Length)
{
    public long End => From + Length;
}
