using LaiChau.Contracts.Telemetry;
using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Telemetry.Presence;

/// <summary>When a point was last heard of, by the server's clock, and what it said of itself then.</summary>
[NotAudited("points report it")]
internal sealed class PointPresence
{
    public required Guid PointId { get; init; }

    /// <summary>When this service first knew of the point: silence is measured from here until it speaks.</summary>
    public required DateTimeOffset KnownSince { get; init; }
    public DateTimeOffset? LastContactAt { get; private set; }
    public DateTimeOffset? SilentSince { get; private set; }
    public string? AgentVersion { get; private set; }
    public long? MetadataVersion { get; private set; }
    public long? DiskFreeBytes { get; private set; }
    public int ActiveGuests { get; private set; }

    /// <summary>When the point said so, by its own clock: an older report that comes later changes nothing.</summary>
    public DateTimeOffset? ReportedAt { get; private set; }

    /// <summary>Rises with every message about this presence.</summary>
    public long Version { get; private set; }

    public static void Map(EntityTypeBuilder<PointPresence> presence)
    {
        presence.HasKey(p => p.PointId);
        presence.Property(p => p.PointId).ValueGeneratedNever();
        presence.HasIndex(p => p.LastContactAt);
    }

    public static Task Ensure(TelemetryDb db, Guid point, DateTimeOffset since, CancellationToken ct) =>
        db.Rows([point])
            .Column("point_id", p => p)
            .Column("known_since", _ => since)
            .Execute(
                """
                INSERT INTO presences (point_id, known_since, active_guests, version)
                SELECT r.point_id, r.known_since, 0, 0 FROM {rows} WHERE true
                ON CONFLICT (point_id) DO UPDATE SET point_id = excluded.point_id
                """,
                ct
            );

    /// <summary>The point's row, made if it is not there, locked until the transaction ends.</summary>
    public static async Task<PointPresence> Lock(TelemetryDb db, Guid point, DateTimeOffset now, CancellationToken ct)
    {
        await Ensure(db, point, now, ct);
        return await db.Presences.SingleAsync(p => p.PointId == point, ct);
    }

    /// <summary>The point spoke, whatever it said.</summary>
    public void Heard(DateTimeOffset now, IEnumerable<PointEvent> fresh, TelemetryDb db, TimeProvider time)
    {
        LastContactAt = LastContactAt > now ? LastContactAt : now;
        if (SilentSince is not null)
        {
            SilentSince = null;
            db.Publish(
                new PointBack
                {
                    PointId = PointId,
                    ContactAt = now,
                    AggregateVersion = ++Version,
                },
                time
            );
        }
        Report(fresh);
    }

    /// <summary>Somebody brought what the point said some time ago: that it lived then, and how it was.</summary>
    public void HeardLater(IReadOnlyCollection<PointEvent> fresh)
    {
        foreach (var told in fresh.Where(e => LastContactAt is null || e.OrderAt > LastContactAt))
        {
            LastContactAt = told.OrderAt;
        }
        Report(fresh);
    }

    private void Report(IEnumerable<PointEvent> fresh)
    {
        var report = fresh.Where(e => e.Kind == EventKinds.Contact).MaxBy(e => e.Order);
        if (report is not null && !(ReportedAt >= report.OrderAt))
        {
            (AgentVersion, MetadataVersion, DiskFreeBytes, ActiveGuests, ReportedAt) = (
                report.AgentVersion,
                report.MetadataVersion,
                report.DiskFreeBytes,
                report.ActiveGuests,
                report.OrderAt
            );
        }
    }

    public void FallSilent(DateTimeOffset now, TelemetryDb db, TimeProvider time)
    {
        SilentSince = now;
        db.Publish(
            new PointSilent
            {
                PointId = PointId,
                LastContactAt = LastContactAt ?? KnownSince,
                NoticedAt = now,
                AggregateVersion = ++Version,
            },
            time
        );
    }
}
