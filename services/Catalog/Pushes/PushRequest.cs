using LaiChau.Distribution.Content;

namespace LaiChau.Catalog.Pushes;

/// <summary>What a push says of the release it is to become.</summary>
internal record ReleaseRequest
{
    public required string Package { get; init; }
    public string Feed { get; init; } = CatalogOptions.DefaultFeed;
    public required IReadOnlyDictionary<string, string> Title { get; init; }
    public IReadOnlyDictionary<string, string> Summary { get; init; } = new Dictionary<string, string>();
    public required string Category { get; init; }
    public ReleasePriority Priority { get; init; }
    public required IReadOnlyList<string> Languages { get; init; }
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The number of the legal act that it follows from: <c>3658/HD-UBND</c>.</summary>
    public string? Act { get; init; }
}

/// <summary>A release with its files, each as a list of blocks that may or may not be here yet.</summary>
internal sealed record PushRequest : ReleaseRequest
{
    public required IReadOnlyList<PushedFile> Files { get; init; }
}

internal sealed record PushedFile
{
    public required string Path { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>64 hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>By the file's extension if not given.</summary>
    public string? MediaType { get; init; }
    public string? Language { get; init; }
    public string? Alt { get; init; }
    public string? Caption { get; init; }

    /// <summary>In order; each at most 512 KiB. None for an empty file.</summary>
    public required IReadOnlyList<PushedBlock> Blocks { get; init; }
}

internal sealed record PushedBlock(string Sha256, int Size);

/// <param name="State"><c>open</c>, or <c>completed</c> once it has become a release.</param>
/// <param name="Missing">Hashes of the blocks that are still to be sent.</param>
internal sealed record PushAnswer(Guid Id, string State, IReadOnlyList<string> Missing, Guid? ReleaseId);
