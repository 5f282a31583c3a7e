using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.Telemetry.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Telemetry.Statistics;

/// <summary>A random id of one session and when it was last seen; forgotten within a day.</summary>
[NotAudited("forgotten within minutes")]
internal sealed class Visitor
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public required Guid PointId { get; init; }
    public required string Id { get; init; }
    public required bool Member { get; init; }
    public required DateTimeOffset SeenAt { get; init; }

    public static void Map(EntityTypeBuilder<Visitor> visitor)
    {
        visitor.HasKey(v => new { v.PointId, v.Id });
        visitor.HasIndex(v => v.SeenAt);
    }

    public static Task Forget(TelemetryDb db, DateTimeOffset now, CancellationToken ct)
    {
        var before = now - Kept;
        return db.Visitors.Where(v => v.SeenAt < before).ExecuteDeleteAsync(ct);
    }
}
