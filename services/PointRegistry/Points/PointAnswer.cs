using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;

namespace LaiChau.PointRegistry.Points;

/// <summary>A point as the API shows it; as of a day, its unit and state are those of that day.</summary>
/// <param name="Act">By which it was set up.</param>
/// <param name="Version">Of what people edit; it is the point's entity tag.</param>
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
    PointLink? Link,
    IReadOnlyList<OpeningHours> OpeningHours,
    IReadOnlyList<Equipment> Equipment,
    IReadOnlyList<string> Tags,
    string? Notes,
    ActReference? Act,
    DateTimeOffset? EnrolledAt,
    DateTimeOffset? SilentSince,
    DateTimeOffset CreatedAt,
    long Version
) : IVersioned
{
    public static PointAnswer Of(Point point) => Of(point, point.Unit, point.State, point.StateReason);

    public static PointAnswer Of(Point point, Unit unit, PointState state, string? reason) =>
        new(
            point.Id,
            point.Name,
            unit.Code,
            unit.FullName,
            state,
            reason,
            point.Languages,
            point.Feeds,
            point.Latitude,
            point.Longitude,
            point.Link,
            point.OpeningHours,
            point.Equipment,
            point.Tags,
            point.Notes,
            ActReference.Of(point.Act),
            point.EnrolledAt,
            point.SilentSince,
            point.CreatedAt,
            point.Version
        );
}
