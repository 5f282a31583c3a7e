using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Targets;

/// <summary>What a point is to reach of a metric in a month or a year.</summary>
[Audited("target")]
internal sealed class Target
{
    public required Guid PointId { get; init; }
    public Point Point { get; private init; } = null!;

    /// <summary>One of <see cref="Targets.Metric.All"/>.</summary>
    public required string Metric { get; init; }
    public required int Year { get; init; }

    /// <summary>0: for the whole year.</summary>
    public required int Month { get; init; }
    public double Value { get; private set; }
    public DateTimeOffset SetAt { get; private set; }
    public Guid ById { get; private set; }

    [NotAudited("the id says who"), NameOf(nameof(ById))]
    public string ByName { get; private set; } = null!;
    public long Version { get; private set; }

    public Period Period => new(Year, Month);

    /// <summary>The same again changes nothing.</summary>
    public void Set(double value, DateTimeOffset now, StateChanger by)
    {
        if (Version > 0 && Value.Equals(value))
        {
            return;
        }
        (Value, SetAt, ById, ByName) = (value, now, by.Id, by.Name);
        Version++;
    }

    public static void Map(EntityTypeBuilder<Target> target)
    {
        target.ToTable("targets");
        target.HasKey(t => new
        {
            t.PointId,
            t.Metric,
            t.Year,
            t.Month,
        });
        target.HasOne(t => t.Point).WithMany().HasForeignKey(t => t.PointId);
        target.Ignore(t => t.Period);
        target.Property(t => t.Version).IsConcurrencyToken();
        target.HasIndex(t => new
        {
            t.Year,
            t.Month,
            t.Metric,
        });
    }
}
