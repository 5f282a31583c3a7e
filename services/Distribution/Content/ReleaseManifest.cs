namespace LaiChau.Distribution.Content;

/// <summary>What a release is.</summary>
public enum ReleaseKind
{
    /// <summary>A content package.</summary>
    Package,

    /// <summary>A bulletin.</summary>
    Bulletin,
}

/// <summary>How a point orders its work.</summary>
public enum ReleasePriority
{
    /// <summary>As bandwidth allows.</summary>
    Normal,

    /// <summary>Before normal ones.</summary>
    Priority,

    /// <summary>At once, whatever the window.</summary>
    Urgent,
}

/// <summary>What is said of a release without looking inside.</summary>
public sealed record ReleaseDescription
{
    /// <summary>UUIDv7.</summary>
    public required Guid ReleaseId { get; init; }

    /// <summary>Package slug: <c>nong-nghiep/che-shan</c>.</summary>
    public required string Package { get; init; }

    /// <summary>Number within the package, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>Package or bulletin.</summary>
    public ReleaseKind Kind { get; init; }

    /// <summary>Title by language tag.</summary>
    public required IReadOnlyDictionary<string, string> Title { get; init; }

    /// <summary>Summary by language tag; may be empty.</summary>
    public IReadOnlyDictionary<string, string> Summary { get; init; } = new Dictionary<string, string>();

    /// <summary>One of the categories of 0001.</summary>
    public required string Category { get; init; }

    /// <summary>How a point orders its work.</summary>
    public ReleasePriority Priority { get; init; }

    /// <summary>Language tags of its content.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Not shown before (UTC, whole seconds).</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Not shown from then on (UTC, whole seconds).</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>True when <paramref name="now"/> lies in the validity period.</summary>
    public bool IsValidAt(DateTimeOffset now) =>
        (ValidFrom is null || ValidFrom <= now) && (ValidUntil is null || now < ValidUntil);
}

/// <summary>A content-addressed object of the plane (<see cref="PlaneLayout.ObjectPath"/>).</summary>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="Size">Bytes.</param>
public sealed record ObjectReference(Sha256Digest Sha256, long Size);

/// <summary>Consecutive chunks of the pack's index.</summary>
/// <param name="First">Number of the first chunk.</param>
/// <param name="Count">How many, ≥ 1.</param>
public readonly record struct ChunkRun(int First, int Count);

/// <summary>A file of a release.</summary>
public sealed record ManifestFile
{
    /// <summary>Relative path, NFC, forward slashes; checked by <see cref="ContentPath"/>.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Digest of the whole file.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Media type.</summary>
    public required string MediaType { get; init; }

    /// <summary>Language tag.</summary>
    public string? Language { get; init; }

    /// <summary>Text for who cannot see or hear it.</summary>
    public string? Alt { get; init; }

    /// <summary>Caption.</summary>
    public string? Caption { get; init; }

    /// <summary>Its chunks in order, as runs in the pack's index. Empty for an empty file.</summary>
    public required IReadOnlyList<ChunkRun> Chunks { get; init; }
}

/// <summary>A release: a TUF target, canonical JSON, format 1.</summary>
public sealed record ReleaseManifest
{
    /// <summary>The format this version reads and writes.</summary>
    public const int Format = 1;

    /// <summary>What the release is.</summary>
    public required ReleaseDescription Release { get; init; }

    /// <summary>Files by ordinal path order.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>The pack: chunks of all files.</summary>
    public required ObjectReference Pack { get; init; }

    /// <summary>The pack's index.</summary>
    public required ObjectReference Index { get; init; }

    /// <summary>Sum of the file sizes, bytes.</summary>
    public long Size => Files.Sum(f => f.Size);

    /// <summary>Canonical JSON; the same record gives the same bytes.</summary>
    public byte[] ToBytes() => ReleaseJson.Write(this);

    /// <summary>Parses and checks (paths, order, runs).</summary>
    /// <exception cref="ContentException">Malformed, unknown format, bad path.</exception>
    public static ReleaseManifest Parse(ReadOnlyMemory<byte> json) => ReleaseJson.ReadManifest(json);
}
