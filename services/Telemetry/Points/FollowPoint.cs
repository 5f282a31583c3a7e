using LaiChau.Contracts.Points;
using LaiChau.ServiceDefaults.Messaging;
using LaiChau.Telemetry.Coverage;
using LaiChau.Telemetry.Data;
using LaiChau.Telemetry.Presence;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Telemetry.Points;

internal sealed class FollowEnrolment(TelemetryDb db) : IHandle<PointEnrolled>
{
    public Task Handle(PointEnrolled message, CancellationToken ct) =>
        db.Follow(message.PointId, message.Profile, PointState.Active, message.EnrolledAt, ct);
}

internal sealed class FollowProfile(TelemetryDb db) : IHandle<PointProfileChanged>
{
    public Task Handle(PointProfileChanged message, CancellationToken ct) =>
        db.Follow(
            message.PointId,
            message.Profile,
            Enum.Parse<PointState>(message.State, ignoreCase: true),
            message.EnrolledAt,
            ct
        );
}

internal sealed class FollowSuspension(TelemetryDb db) : IHandle<PointSuspended>
{
    public Task Handle(PointSuspended message, CancellationToken ct) =>
        db.Follow(message.PointId, message.Profile, PointState.Suspended, message.EnrolledAt, ct);
}

/// <summary>Every message about a point carries it whole, so all are taken alike.</summary>
internal static class FollowPoint
{
    public static async Task Follow(
        this TelemetryDb db,
        Guid id,
        PointProfile profile,
        PointState state,
        DateTimeOffset? enrolledAt,
        CancellationToken ct
    )
    {
        var point = await db.Points.FindAsync([id], ct);
        if (point is null)
        {
            point = new Point
            {
                Id = id,
                Name = profile.Name,
                UnitCode = profile.UnitCode,
                UnitName = profile.UnitName,
                State = state,
            };
            db.Add(point);
        }
        (point.Name, point.UnitCode, point.UnitName) = (profile.Name, profile.UnitCode, profile.UnitName);
        point.PublicKey = profile.PublicKey ?? point.PublicKey;
        (point.State, point.EnrolledAt) = (state, enrolledAt ?? point.EnrolledAt);

        var before = await db.PointFeeds.Where(f => f.PointId == id).ToListAsync(ct);
        db.RemoveRange(before.Where(f => !profile.Feeds.Contains(f.Feed)));
        db.AddRange(
            profile
                .Feeds.Distinct()
                .Except(before.Select(f => f.Feed))
                .Select(feed => new PointFeed { PointId = id, Feed = feed })
        );
        if (point.EnrolledAt is { } since)
        {
            await PointPresence.Ensure(db, id, since, ct);
        }
        // Whatever changed, the releases of these feeds may now be expected of more points or fewer.
        var feeds = before.Select(f => f.Feed).Union(profile.Feeds).ToList();
        var releases = await db
            .Releases.Where(r => feeds.Contains(r.Feed) && r.RecalledAt == null)
            .Select(r => r.Id)
            .ToListAsync(ct);
        db.AddRange(releases.Select(release => new CoverageChange { ReleaseId = release }));
    }
}
