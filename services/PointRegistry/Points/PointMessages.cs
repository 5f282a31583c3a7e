using LaiChau.Contracts.Points;

namespace LaiChau.PointRegistry.Points;

/// <summary>What others hear of a point, whole each time, with the version the point has now.</summary>
internal static class PointMessages
{
    public static void PublishEnrolled(this PointRegistryDb db, Point point, TimeProvider time) =>
        db.Publish(
            new PointEnrolled
            {
                PointId = point.Id,
                Profile = ProfileOf(point),
                EnrolledAt = point.EnrolledAt!.Value,
                AggregateVersion = point.Version,
            },
            time
        );

    public static void PublishChanged(this PointRegistryDb db, Point point, TimeProvider time) =>
        db.Publish(
            new PointProfileChanged
            {
                PointId = point.Id,
                Profile = ProfileOf(point),
                State = point.State.ToString().ToLowerInvariant(),
                EnrolledAt = point.EnrolledAt,
                ChangedAt = time.GetUtcNow(),
                AggregateVersion = point.Version,
            },
            time
        );

    public static void PublishSuspended(this PointRegistryDb db, Point point, TimeProvider time) =>
        db.Publish(
            new PointSuspended
            {
                PointId = point.Id,
                Profile = ProfileOf(point),
                Reason = point.StateReason!,
                EnrolledAt = point.EnrolledAt,
                SuspendedAt = time.GetUtcNow(),
                AggregateVersion = point.Version,
            },
            time
        );

    private static PointProfile ProfileOf(Point point) =>
        new()
        {
            Name = point.Name,
            UnitCode = point.UnitCode,
            UnitName = point.Unit.FullName,
            Languages = point.Languages,
            Feeds = point.Feeds,
            PublicKey = point.PublicKey,
        };
}
