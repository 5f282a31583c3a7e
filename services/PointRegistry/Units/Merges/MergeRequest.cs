namespace LaiChau.PointRegistry.Units.Merges;

/// <param name="Act">The legal act, as papers cite it.</param>
/// <param name="EffectiveOn">First day of the new units; in the past, today or to come.</param>
/// <param name="Units">The new units.</param>
/// <param name="Abolished">Codes of units that end and that nothing succeeds: a tier that goes.</param>
internal sealed record MergeRequest(
    string? Act = null,
    DateOnly? EffectiveOn = null,
    IReadOnlyList<MergeRow>? Units = null,
    IReadOnlyList<string>? Abolished = null
);

/// <summary>A new unit. Everything may be missing or wrong: all of it is told at once.</summary>
/// <param name="Type"><c>commune</c>, <c>ward</c>, <c>township</c>, <c>district</c>, <c>provincialCity</c> or <c>province</c>.</param>
/// <param name="From">Codes of the units that become this one.</param>
internal sealed record MergeRow(
    string? Code = null,
    string? Name = null,
    string? Type = null,
    string? ParentCode = null,
    IReadOnlyList<string>? From = null,
    IReadOnlyList<string>? Spellings = null,
    double? Latitude = null,
    double? Longitude = null
);

/// <param name="Row">Of the list of units, from 1; left out where it is of the whole.</param>
internal sealed record MergeFault(int? Row, string Field, string Message);
