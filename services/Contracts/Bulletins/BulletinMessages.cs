using MassTransit;

namespace LaiChau.Contracts.Bulletins;

/// <summary>A bulletin has been approved and is to become a release. Aggregate: the bulletin.</summary>
[MessageUrn("laichau:bulletins:bulletin-published:v1", useDefaultPrefix: false)]
[EntityName("laichau.bulletins.bulletin-published.v1")]
public sealed record BulletinPublished : IMessage
{
    public required Guid BulletinId { get; init; }

    /// <summary>Last part of the package name: the release's package is <c>ban-tin/{Slug}</c>.</summary>
    public required string Slug { get; init; }

    /// <summary>Number of the approved revision, from 1.</summary>
    public required int Revision { get; init; }
    public required string Feed { get; init; }
    public required string Category { get; init; }

    /// <summary><c>local</c> or <c>national</c>.</summary>
    public required string Level { get; init; }

    /// <summary><c>normal</c>, <c>priority</c> or <c>urgent</c>.</summary>
    public required string Priority { get; init; }

    /// <summary>Who wrote it, as it is to be shown.</summary>
    public required string Author { get; init; }

    /// <summary>The issuing office, as it is to be shown.</summary>
    public required string Office { get; init; }
    public required IReadOnlyList<BulletinText> Texts { get; init; }
    public required IReadOnlyList<BulletinAttachment> Attachments { get; init; }
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public required Guid CreatedById { get; init; }
    public required string CreatedByName { get; init; }
    public required Guid ApprovedById { get; init; }
    public required string ApprovedByName { get; init; }
    public required DateTimeOffset ApprovedAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => BulletinId;
}

/// <summary>One language of a bulletin.</summary>
public sealed record BulletinText
{
    /// <summary>BCP-47 tag.</summary>
    public required string Language { get; init; }
    public required string Title { get; init; }

    /// <summary>The lead, apart from the body: neither repeats the other.</summary>
    public required string Lead { get; init; }

    /// <summary>Markdown.</summary>
    public required string Body { get; init; }
}

/// <summary>A file that belongs to a bulletin, in the <c>media</c> bucket.</summary>
public sealed record BulletinAttachment
{
    /// <summary>File name inside the release, unique in the bulletin.</summary>
    public required string Name { get; init; }
    public required string MediaType { get; init; }
    public string? Language { get; init; }
    public string? Caption { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Lower-case hex SHA-256 of the bytes.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Key in the <c>media</c> bucket.</summary>
    public required string ObjectKey { get; init; }
}

/// <summary>A bulletin has been withdrawn: its release is to be recalled. Aggregate: the bulletin.</summary>
[MessageUrn("laichau:bulletins:bulletin-withdrawn:v1", useDefaultPrefix: false)]
[EntityName("laichau.bulletins.bulletin-withdrawn.v1")]
public sealed record BulletinWithdrawn : IMessage
{
    public required Guid BulletinId { get; init; }
    public required string Slug { get; init; }
    public required string Reason { get; init; }
    public required Guid WithdrawnById { get; init; }
    public required string WithdrawnByName { get; init; }
    public required DateTimeOffset WithdrawnAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => BulletinId;
}
