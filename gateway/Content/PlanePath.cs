using System.Buffers.Text;
using System.Text.RegularExpressions;

namespace LaiChau.Gateway.Content;

/// <summary>A path of the distribution plane, as decisions 0002 and 0003 lay it out; anything else is not served.</summary>
internal sealed partial record PlanePath(string Key, bool IsImmutable)
{
    /// <summary>The one file that is ever overwritten.</summary>
    public static readonly PlanePath Timestamp = new("metadata/timestamp.json", IsImmutable: false);

    private const string Door = "/content/";
    private const int MaxLength = 512;
    private const int HashLength = 64;

    /// <param name="path">As the request has it, from <c>/content/</c> on.</param>
    public static PlanePath? OfRequest(string path) =>
        path == "/content/metadata/timestamp.json" ? Timestamp
        : path.StartsWith(Door, StringComparison.OrdinalIgnoreCase) ? Parse(path[Door.Length..])
        : null;

    public static PlanePath? Parse(string key) =>
        key == Timestamp.Key ? Timestamp
        : key is { Length: > 0 and <= MaxLength } && Known().IsMatch(key) ? new PlanePath(key, Immutable().IsMatch(key))
        : null;

    public bool IsMetadata => Key.StartsWith("metadata/", StringComparison.Ordinal);

    /// <summary>Packs and deltas: what is large. Metadata and targets are kept in memory where they are not.</summary>
    public bool IsObject => IsImmutable && Key.StartsWith("objects/", StringComparison.Ordinal);

    public bool IsJson => Key.EndsWith(".json", StringComparison.Ordinal);

    public string MediaType => IsJson ? "application/json" : "application/octet-stream";

    /// <summary>
    /// The hash that an object's or a target's name carries, 64 hex digits. An object's is that of its head, a packed copy's that of what it unpacks to: a
    /// name of the bytes, and not always their hash.
    /// </summary>
    public string? Hash
    {
        get
        {
            if (!IsImmutable || IsMetadata)
            {
                return null;
            }
            var from = Key.LastIndexOf('/') + 1;
            return Key.Substring(from, HashLength);
        }
    }

    /// <summary>Whether the name's hash is that of the bytes themselves.</summary>
    public bool IsNamedByItsBytes => Hash is not null && !IsObject && !Key.EndsWith(".zst", StringComparison.Ordinal);

    /// <summary>A strong tag from a SHA-256: the same in every replica, cached or not, and short, for it travels in every poll.</summary>
    public static string Tag(ReadOnlySpan<byte> hash) => Base64Url.EncodeToString(hash[..12]);

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
