using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Telemetry.Points;

internal enum PointState
{
    Planned,
    Active,
    Suspended,
    Closed,
}

/// <summary>A support point as the registry describes it; nothing here is known of our own.</summary>
[NotAudited("the registry's word")]
internal sealed class Point
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required string UnitCode { get; set; }
    public required string UnitName { get; set; }
    public required PointState State { get; set; }

    /// <summary>A JWK: what came from the point by other ways than its own link is signed with it.</summary>
    public string? PublicKey { get; set; }

    /// <summary>When the point got its identity; releases are expected of it from then on.</summary>
    public DateTimeOffset? EnrolledAt { get; set; }

    public static void Map(EntityTypeBuilder<Point> point)
    {
        point.Property(p => p.Id).ValueGeneratedNever();
        point.HasIndex(p => p.UnitCode);
    }
}

/// <summary>A feed that a point follows.</summary>
[NotAudited("the registry's word")]
internal sealed class PointFeed
{
    public required Guid PointId { get; init; }
    public required string Feed { get; init; }

    public static void Map(EntityTypeBuilder<PointFeed> follows)
    {
        follows.HasKey(f => new { f.PointId, f.Feed });
        follows.HasIndex(f => f.Feed);
    }
}
