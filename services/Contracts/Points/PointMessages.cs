using MassTransit;

namespace LaiChau.Contracts.Points;

/// <summary>What other services need to know of a point. Carried whole by every message about it.</summary>
public sealed record PointProfile
{
    public required string Name { get; init; }

    /// <summary>Code of the commune-level unit the point belongs to now.</summary>
    public required string UnitCode { get; init; }
    public required string UnitName { get; init; }

    /// <summary>BCP-47 tags in the order in which the point falls back.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The feeds the point follows.</summary>
    public required IReadOnlyList<string> Feeds { get; init; }

    /// <summary>The point's public key, a JWK (RFC 7517) of an EC key on P-256; null before it is enrolled.</summary>
    public string? PublicKey { get; init; }
}

/// <summary>A point has its identity and may pull. Aggregate: the point.</summary>
[MessageUrn("laichau:points:point-enrolled:v1", useDefaultPrefix: false)]
[EntityName("laichau.points.point-enrolled.v1")]
public sealed record PointEnrolled : IMessage
{
    public required Guid PointId { get; init; }
    public required PointProfile Profile { get; init; }
    public required DateTimeOffset EnrolledAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => PointId;
}

/// <summary>A point's profile or its life-cycle state is now this. Aggregate: the point.</summary>
[MessageUrn("laichau:points:point-profile-changed:v1", useDefaultPrefix: false)]
[EntityName("laichau.points.point-profile-changed.v1")]
public sealed record PointProfileChanged : IMessage
{
    public required Guid PointId { get; init; }
    public required PointProfile Profile { get; init; }

    /// <summary><c>planned</c>, <c>active</c>, <c>suspended</c> or <c>closed</c>.</summary>
    public required string State { get; init; }

    /// <summary>When the point got its identity; null before it is enrolled.</summary>
    public DateTimeOffset? EnrolledAt { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => PointId;
}

/// <summary>A point may no longer speak for itself. Aggregate: the point.</summary>
[MessageUrn("laichau:points:point-suspended:v1", useDefaultPrefix: false)]
[EntityName("laichau.points.point-suspended.v1")]
public sealed record PointSuspended : IMessage
{
    public required Guid PointId { get; init; }
    public required PointProfile Profile { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset? EnrolledAt { get; init; }
    public required DateTimeOffset SuspendedAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => PointId;
}
