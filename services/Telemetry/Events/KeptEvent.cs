using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Telemetry.Events;

/// <summary>An event as it was told, kept: by its key it is counted once, and from these rows the totals can be counted again.</summary>
[NotAudited("points report it")]
internal sealed class KeptEvent
{
    public required Guid PointId { get; init; }

    /// <summary>Made by the point, with the event.</summary>
    public required Guid Id { get; init; }
    public required string Kind { get; init; }

    /// <summary>By the point's clock.</summary>
    public required DateTimeOffset At { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The event's JSON, with what newer agents may add.</summary>
    public required string Body { get; init; }

    public static void Map(EntityTypeBuilder<KeptEvent> kept) => kept.HasKey(e => new { e.PointId, e.Id });
}
