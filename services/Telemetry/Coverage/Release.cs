using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.Telemetry.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Telemetry.Coverage;

internal enum ReleaseState
{
    Published,
    Superseded,
    Recalled,
}

/// <summary>A release as Catalog describes it, and the numbers last reported of it.</summary>
[NotAudited("Catalog's word")]
internal sealed class Release
{
    public required Guid Id { get; init; }
    public required string Package { get; set; }
    public required int Version { get; set; }
    public required string Feed { get; set; }
    public required IReadOnlyDictionary<string, string> Title { get; set; }
    public required DateTimeOffset PublishedAt { get; set; }

    /// <summary>From when on points may show it: published, and its validity begun.</summary>
    public required DateTimeOffset VisibleFrom { get; set; }
    public DateTimeOffset? ValidUntil { get; set; }
    public DateTimeOffset? RecalledAt { get; set; }

    public int? ReportedExpected { get; set; }
    public int? ReportedShowing { get; set; }

    /// <summary>Rises with every report; two replicas that report at once collide here, and one begins again.</summary>
    public long ReportVersion { get; set; }

    public static void Map(EntityTypeBuilder<Release> release)
    {
        release.Property(r => r.Id).ValueGeneratedNever();
        release.Property(r => r.Title).IsJson();
        release.Property(r => r.ReportVersion).IsConcurrencyToken();
        release.HasIndex(r => new { r.Package, r.PublishedAt });
        release.HasIndex(r => r.PublishedAt);
        release.HasIndex(r => r.Feed);
    }

    /// <summary>Releases that points of their feed should show now.</summary>
    public static IQueryable<Release> Current(TelemetryDb db, DateTimeOffset now) =>
        db.Releases.Where(r =>
            r.RecalledAt == null
            && r.VisibleFrom <= now
            && (r.ValidUntil == null || r.ValidUntil > now)
            && !db.Releases.Any(newer => newer.Package == r.Package && newer.PublishedAt > r.PublishedAt)
        );
}

/// <summary>What a point last said of one release.</summary>
[NotAudited("points report it")]
internal sealed class Display
{
    public required Guid PointId { get; init; }
    public required Guid ReleaseId { get; init; }

    /// <summary>True after <c>shown</c>, false after <c>removed</c>.</summary>
    public required bool Showing { get; init; }
    public string? Reason { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>With <see cref="At"/> and <see cref="EventId"/> the place in the point's life of the event that said so.</summary>
    public required DateTimeOffset OrderAt { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Guid EventId { get; init; }

    public static void Map(EntityTypeBuilder<Display> display)
    {
        display.HasKey(d => new { d.PointId, d.ReleaseId });
        display.HasIndex(d => new { d.ReleaseId, d.Showing });
    }
}

/// <summary>The numbers of a release may have changed: added without waiting for anybody, taken by <see cref="ReportDelivery"/>.</summary>
[NotAudited("counted from events")]
internal sealed class CoverageChange
{
    public long Id { get; private set; }
    public required Guid ReleaseId { get; init; }
}
