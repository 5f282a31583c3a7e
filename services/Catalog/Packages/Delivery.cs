using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Catalog.Packages;

/// <summary>How far a release has come, as Telemetry last said. Apart from the release: these numbers change all the time.</summary>
[NotAudited("points report it")]
internal sealed class Delivery
{
    public required Guid ReleaseId { get; init; }
    public int Expected { get; set; }
    public int Showing { get; set; }
    public DateTimeOffset ReportedAt { get; set; }

    public static void Map(EntityTypeBuilder<Delivery> delivery)
    {
        delivery.ToTable("deliveries");
        delivery.HasKey(d => d.ReleaseId);
        delivery.Property(d => d.ReleaseId).ValueGeneratedNever();
    }
}
