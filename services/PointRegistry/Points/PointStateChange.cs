using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Points;

/// <summary>Who took a step in a point's life. No account: the point's own machine, by enrolling.</summary>
internal sealed record StateChanger(Guid Id, string Name);

/// <summary>A step in a point's life.</summary>
[NotAudited("the point says it")]
internal sealed class PointStateChange
{
    public Guid PointId { get; init; }

    /// <summary>The point's version after it.</summary>
    public required long Version { get; init; }
    public required PointState State { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Reason { get; init; }
    public Guid? ById { get; init; }

    [NameOf(nameof(ById))]
    public string? ByName { get; init; }

    public static void Map(EntityTypeBuilder<PointStateChange> change)
    {
        change.ToTable("point_states");
        change.HasKey(c => new { c.PointId, c.Version });
        change.HasOne<Point>().WithMany(p => p.StateChanges).HasForeignKey(c => c.PointId);
    }
}
