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

/// <summary>Who runs a point wrote there that it was open, maybe long ago. Aggregate: the entry, which is written once.</summary>
[MessageUrn("laichau:telemetry:opening-reported:v1", useDefaultPrefix: false)]
[EntityName("laichau.telemetry.opening-reported.v1")]
public sealed record OpeningReported : IMessage
{
    /// <summary>Made at the point, with the entry.</summary>
    public required Guid ReportId { get; init; }
    public required Guid PointId { get; init; }

    /// <summary>The account whose code was typed at the point.</summary>
    public required Guid ById { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset ClosedAt { get; init; }
    public string? Note { get; init; }
    public long AggregateVersion { get; init; } = 1;

    Guid IMessage.AggregateId => ReportId;
}

/// <summary>Who runs a point wrote there that something is wrong, maybe long ago. Aggregate: the entry, which is written once.</summary>
[MessageUrn("laichau:telemetry:incident-reported:v1", useDefaultPrefix: false)]
[EntityName("laichau.telemetry.incident-reported.v1")]
public sealed record IncidentReported : IMessage
{
    /// <summary>Made at the point, with the entry.</summary>
    public required Guid ReportId { get; init; }
    public required Guid PointId { get; init; }

    /// <summary>The account whose code was typed at the point.</summary>
    public required Guid ById { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }
    public required string Title { get; init; }
    public string? Description { get; init; }

    /// <summary>Name or serial number of one of the point's things.</summary>
    public string? Equipment { get; init; }
    public required bool IsUrgent { get; init; }
    public long AggregateVersion { get; init; } = 1;

    Guid IMessage.AggregateId => ReportId;
}
