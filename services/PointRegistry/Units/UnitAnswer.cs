namespace LaiChau.PointRegistry.Units;

/// <param name="ValidFrom">Left out where the unit is older than the records.</param>
internal sealed record UnitAnswer(
    string Code,
    string Name,
    string FullName,
    UnitType Type,
    string? ParentCode,
    DateOnly? ValidFrom,
    DateOnly? ValidTo,
    double? Latitude,
    double? Longitude,
    IReadOnlyList<string> Spellings,
    IReadOnlyList<string> ReplacedBy
)
{
    public static UnitAnswer Of(Unit unit, IEnumerable<string> replacedBy) =>
        new(
            unit.Code,
            unit.Name,
            unit.FullName,
            unit.Type,
            unit.ParentCode,
            unit.ValidFrom == Unit.BeforeRecords ? null : unit.ValidFrom,
            unit.ValidTo,
            unit.Latitude,
            unit.Longitude,
            unit.Spellings,
            [.. replacedBy]
        );
}

/// <summary>Another unit, as a unit's page names it.</summary>
/// <param name="Act">The act by which the one became the other, where it was applied here.</param>
internal sealed record UnitReference(
    string Code,
    string FullName,
    UnitType Type,
    DateOnly? ValidFrom,
    DateOnly? ValidTo,
    string? Act
)
{
    public static UnitReference Of(Unit unit, string? act = null) =>
        new(
            unit.Code,
            unit.FullName,
            unit.Type,
            unit.ValidFrom == Unit.BeforeRecords ? null : unit.ValidFrom,
            unit.ValidTo,
            act
        );
}
