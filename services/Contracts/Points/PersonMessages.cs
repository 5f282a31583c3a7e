using MassTransit;

namespace LaiChau.Contracts.Points;

/// <summary>A person's data have been erased: whoever calls the person by a name forgets it and keeps the id. Aggregate: the account.</summary>
[MessageUrn("laichau:points:person-erased:v1", useDefaultPrefix: false)]
[EntityName("laichau.points.person-erased.v1")]
public sealed record PersonErased : IMessage
{
    /// <summary>The account's id, as tokens named it.</summary>
    public required Guid PersonId { get; init; }
    public required DateTimeOffset ErasedAt { get; init; }

    /// <summary>Milliseconds since 1970: it may be said again.</summary>
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => PersonId;
}
