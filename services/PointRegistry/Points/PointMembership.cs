using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Points;

/// <summary>The unit that a point belongs to over a period. The periods of a point follow each other without a gap.</summary>
[NotAudited("the point, or the merge, says it")]
internal sealed class PointMembership
{
    public Guid PointId { get; init; }
    public Point Point { get; init; } = null!;

    /// <summary>First day.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>First day on which it no longer holds.</summary>
    public DateOnly? ValidTo { get; set; }
    public string UnitCode { get; private set; } = null!;
    public DateOnly UnitValidFrom { get; private set; }
    public required Unit Unit { get; set; }

    public bool Holds(DateOnly day) => ValidFrom <= day && (ValidTo is null || ValidTo > day);

    public static void Map(EntityTypeBuilder<PointMembership> membership)
    {
        membership.ToTable("point_memberships");
        membership.HasKey(m => new { m.PointId, m.ValidFrom });
        membership.HasOne(m => m.Point).WithMany(p => p.Memberships).HasForeignKey(m => m.PointId);
        membership
            .HasOne(m => m.Unit)
            .WithMany()
            .HasForeignKey(m => new { m.UnitCode, m.UnitValidFrom })
            .OnDelete(DeleteBehavior.Restrict);
    }
}
