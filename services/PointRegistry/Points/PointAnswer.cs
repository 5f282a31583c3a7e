namespace LaiChau.PointRegistry.Points;

/// <summary>A point as the API shows it.</summary>
internal sealed record PointAnswer(
    Guid Id,
    string Name,
    string UnitCode,
    string UnitName,
    PointState State,
    string? StateReason,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Feeds,
    double? Latitude,
    double? Longitude,
    DateTimeOffset? EnrolledAt,
    DateTimeOffset? SilentSince,
    DateTimeOffset CreatedAt
)
{
    public static PointAnswer Of(Point point) =>
        new(
            point.Id,
            point.Name,
            point.UnitCode,
            point.Unit.FullName,
            point.State,
            point.StateReason,
            point.Languages,
            point.Feeds,
            point.Latitude,
            point.Longitude,
            point.EnrolledAt,
            point.SilentSince,
            point.CreatedAt
        );
}
