using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Desk;

/// <summary>What was written at a point and could not be taken, and why. What it said stands at the point.</summary>
[Audited("refused-report")]
internal sealed class RefusedReport
{
    /// <summary>The entry's.</summary>
    public required Guid Id { get; init; }
    public required Guid PointId { get; init; }
    public required Guid ById { get; init; }

    /// <summary>When it came here.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>For the officer, in Vietnamese.</summary>
    public required string Reason { get; init; }

    public static void Map(EntityTypeBuilder<RefusedReport> refused)
    {
        refused.ToTable("refused_reports");
        refused.Property(r => r.Id).ValueGeneratedNever();
        refused.HasIndex(r => new { r.PointId, r.At });
    }
}
