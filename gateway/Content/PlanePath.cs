using System.Text.RegularExpressions;

namespace LaiChau.Gateway.Content;

/// <summary>A path of the distribution plane, as decision 0002 lays it out; anything else is not served.</summary>
internal sealed partial record PlanePath(string Key, bool IsImmutable)
{
    private const int MaxLength = 512;

    public static PlanePath? Parse(string? path) =>
        path is { Length: > 0 and <= MaxLength } && Known().IsMatch(path)
            ? new PlanePath(path, Immutable().IsMatch(path))
            : null;

    public string MediaType =>
        Key.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/octet-stream";

    [GeneratedRegex(
        @"^(metadata|targets|objects)(/[A-Za-z0-9][A-Za-z0-9._-]*)+\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Known();

    /// <summary>A version or a hash in the name: other bytes would have another name.</summary>
    [GeneratedRegex(
        @"^(metadata/[0-9]+\.[^/]+|targets/(.+/)?[0-9a-f]{64}\.[^/]+|objects/[0-9a-f]{2}/[0-9a-f]{64})\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Immutable();
}
