using MassTransit;

namespace LaiChau.Contracts.Catalog;

/// <summary>A release is in its feed's signed metadata: any point that polls from now on gets it. Aggregate: the release.</summary>
[MessageUrn("laichau:catalog:release-published:v1", useDefaultPrefix: false)]
[EntityName("laichau.catalog.release-published.v1")]
public sealed record ReleasePublished : IMessage
{
    public required Guid ReleaseId { get; init; }

    /// <summary>Path-like package name, for example <c>nong-nghiep/che-shan</c>.</summary>
    public required string Package { get; init; }

    /// <summary>Number of the release within its package, from 1.</summary>
    public required int Version { get; init; }
    public required string Feed { get; init; }

    /// <summary><c>package</c> or <c>bulletin</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Title by BCP-47 tag.</summary>
    public required IReadOnlyDictionary<string, string> Title { get; init; }

    /// <summary><c>normal</c>, <c>priority</c> or <c>urgent</c> (Circular 39/2020/TT-BTTTT).</summary>
    public required string Priority { get; init; }
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Size of all files, bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The release this one takes the place of, if any.</summary>
    public Guid? Supersedes { get; init; }

    /// <summary>The bulletin this release carries, if any.</summary>
    public Guid? BulletinId { get; init; }
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => ReleaseId;
}

/// <summary>A release has been recalled: the signed recall is in the feed's metadata. Aggregate: the release.</summary>
[MessageUrn("laichau:catalog:release-recalled:v1", useDefaultPrefix: false)]
[EntityName("laichau.catalog.release-recalled.v1")]
public sealed record ReleaseRecalled : IMessage
{
    public required Guid ReleaseId { get; init; }
    public required string Package { get; init; }
    public required int Version { get; init; }
    public required string Feed { get; init; }
    public required IReadOnlyDictionary<string, string> Title { get; init; }

    /// <summary>The bulletin this release carried, if any.</summary>
    public Guid? BulletinId { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required DateTimeOffset RecalledAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => ReleaseId;
}
