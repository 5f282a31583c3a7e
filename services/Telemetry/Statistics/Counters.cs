using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Telemetry.Statistics;

/// <summary>All visits ever of one point; raised in the transaction that keeps the event, never lowered.</summary>
[NotAudited("counted from events")]
internal sealed class VisitCounter
{
    /// <summary>Under this id the visits of the platform's own pages are kept, beside those of the points.</summary>
    public static readonly Guid OwnPages = Guid.Empty;

    public required Guid PointId { get; init; }
    public required long Total { get; init; }

    public static void Map(EntityTypeBuilder<VisitCounter> counter)
    {
        counter.HasKey(c => c.PointId);
        counter.Property(c => c.PointId).ValueGeneratedNever();
    }
}

/// <summary>All views ever of one file of a release, over all points.</summary>
[NotAudited("counted from events")]
internal sealed class ViewCounter
{
    public required Guid ReleaseId { get; init; }
    public required string Path { get; init; }
    public required long Views { get; init; }

    public static void Map(EntityTypeBuilder<ViewCounter> counter) => counter.HasKey(c => new { c.ReleaseId, c.Path });
}
