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

/// <summary>
/// An object of the plane that begins with a head, which says what follows and names all of it by hash
/// (<see cref="PlaneLayout.ObjectPath"/> of the head's digest): a pack or a delta.
/// </summary>
/// <param name="Head">Digest of the head.</param>
/// <param name="HeadSize">Bytes of the head.</param>
/// <param name="Size">Bytes of the object, head and frames.</param>
public sealed record HeadedObject(Sha256Digest Head, int HeadSize, long Size)
{
    /// <summary>Longest head that a reader takes, bytes: it is read into memory.</summary>
    public const int MaxHeadSize = 64 * 1024 * 1024;

    /// <summary>Where it lies in the plane.</summary>
    public string PlanePath => PlaneLayout.ObjectPath(Head);
}

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
}

/// <summary>A release: a TUF target, binary, format 2 (see 0003).</summary>
public sealed record ReleaseManifest
{
    /// <summary>What the release is.</summary>
    public required ReleaseDescription Release { get; init; }

    /// <summary>Files by ordinal path order.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>The pack: chunks of all files.</summary>
    public required HeadedObject Pack { get; init; }

    /// <summary>Sum of the file sizes, bytes.</summary>
    public long Size => Files.Sum(f => f.Size);

    /// <summary>The bytes that are signed; the same record gives the same bytes.</summary>
    public byte[] ToBytes() => ManifestFormat.Write(this, withHashes: true);

    /// <summary>Parses and checks (paths, order).</summary>
    /// <exception cref="ContentException">Malformed, unknown format, bad path.</exception>
    public static ReleaseManifest Parse(ReadOnlyMemory<byte> bytes) =>
        ManifestFormat.Read(bytes.Span, withHashes: true);

    /// <summary>One zstd frame of <see cref="ToBytes"/>: what lies beside it under <see cref="PlaneLayout.PackedPath"/>.</summary>
    public byte[] ToPackedBytes() => ZstdPrefix.Compress(ToBytes(), [], ZstdPrefix.Strongest);

    internal byte[] ToBytesWithoutHashes() => ManifestFormat.Write(this, withHashes: false);
}
