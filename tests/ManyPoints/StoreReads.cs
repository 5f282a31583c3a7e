using LaiChau.Distribution;
using LaiChau.Testing;

namespace LaiChau.ManyPoints;

/// <summary>What a plane's object store was read for.</summary>
/// <param name="Objects">Different objects that were read, whole or in part; the timestamp is not one of them here and below.</param>
/// <param name="Reads">How often in all.</param>
/// <param name="Again">The keys of those that were read more than once.</param>
/// <param name="Timestamp">How often the timestamp was read: it may change, so once a moment is right.</param>
/// <param name="Misses">How often something was asked for that is not there.</param>
public sealed record StoreReads(int Objects, int Reads, IReadOnlyList<string> Again, int Timestamp, int Misses)
{
    /// <param name="door">What all readings went through.</param>
    /// <param name="bucket">The plane's.</param>
    public static StoreReads Of(StoreDoor door, string bucket)
    {
        var prefix = $"/{bucket}/";
        var reads = door
            .ReadsByPath.Where(r => r.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(r => r.Key[prefix.Length..], r => r.Value, StringComparer.Ordinal);
        reads.Remove(PlaneLayout.Timestamp, out var timestamp);
        return new(
            reads.Count,
            reads.Values.Sum(),
            [.. reads.Where(r => r.Value > 1).Select(r => r.Key)],
            timestamp,
            door.Misses
        );
    }
}
