using LaiChau.Distribution;

namespace LaiChau.PointAgent.Library;

/// <summary>A release as the portal shows it: what its signed manifest says, without what only the transfer needs.</summary>
internal sealed record Release
{
    public required Guid Id { get; init; }
    public required string Package { get; init; }
    public required int Version { get; init; }
    public bool IsBulletin { get; init; }
    public bool IsUrgent { get; init; }
    public required Dictionary<string, string> Title { get; init; }
    public Dictionary<string, string> Summary { get; init; } = [];
    public string Category { get; init; } = "";
    public string[] Languages { get; init; } = [];
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public required ReleaseFile[] Files { get; init; }

    /// <summary>When it was made: the time inside its UUIDv7.</summary>
    public DateTimeOffset MadeAt => UuidTime.Of(Id);

    public bool IsShownAt(DateTimeOffset now) => !(ValidFrom > now) && !(ValidUntil <= now);
}

internal sealed record ReleaseFile(
    string Path,
    long Size,
    string Sha256,
    string MediaType,
    string? Language = null,
    string? Alt = null,
    string? Caption = null
)
{
    public bool IsPage => MediaType == "text/html";
    public bool IsAudio => MediaType.StartsWith("audio/", StringComparison.Ordinal);
    public bool IsVideo => MediaType.StartsWith("video/", StringComparison.Ordinal);
    public bool IsImage => MediaType.StartsWith("image/", StringComparison.Ordinal);
}
