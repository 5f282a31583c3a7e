using MassTransit;

namespace LaiChau.Contracts.Telemetry;

/// <summary>How far a release has come, after points reported. Aggregate: the release, counted by Telemetry.</summary>
[MessageUrn("laichau:telemetry:delivery-reported:v1", useDefaultPrefix: false)]
[EntityName("laichau.telemetry.delivery-reported.v1")]
public sealed record DeliveryReported : IMessage
{
    public required Guid ReleaseId { get; init; }

    /// <summary>Points that should show the release.</summary>
    public required int Expected { get; init; }

    /// <summary>Points that show it.</summary>
    public required int Showing { get; init; }
    public required DateTimeOffset ReportedAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => ReleaseId;
}

/// <summary>A point has not been heard of for longer than its interval allows. Aggregate: the point's presence.</summary>
[MessageUrn("laichau:telemetry:point-silent:v1", useDefaultPrefix: false)]
[EntityName("laichau.telemetry.point-silent.v1")]
public sealed record PointSilent : IMessage
{
    public required Guid PointId { get; init; }
    public required DateTimeOffset LastContactAt { get; init; }
    public required DateTimeOffset NoticedAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => PointId;
}

/// <summary>A silent point has been heard of again. Aggregate: the point's presence.</summary>
[MessageUrn("laichau:telemetry:point-back:v1", useDefaultPrefix: false)]
[EntityName("laichau.telemetry.point-back.v1")]
public sealed record PointBack : IMessage
{
    public required Guid PointId { get; init; }
    public required DateTimeOffset ContactAt { get; init; }
    public required long AggregateVersion { get; init; }

    Guid IMessage.AggregateId => PointId;
}
