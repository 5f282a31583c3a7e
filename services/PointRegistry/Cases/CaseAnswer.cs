using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Http;

namespace LaiChau.PointRegistry.Cases;

/// <param name="By">Left out where the platform noted it by itself.</param>
internal sealed record CaseStepAnswer(
    CaseStepKind Step,
    DateTimeOffset At,
    StateChanger? By,
    string? Comment,
    CaseState State,
    CaseAssignee Assignee,
    CasePriority Priority,
    DateOnly? DueOn
);

/// <param name="UnitCode">Where it is today: the point's commune, or its own.</param>
/// <param name="RaisedBy">Left out where the platform raised it by itself.</param>
/// <param name="SilentSince">The point's last contact, where it was raised because the point fell silent.</param>
/// <param name="Version">Its entity tag.</param>
/// <param name="Steps">In order; left out in lists.</param>
internal sealed record CaseAnswer(
    Guid Id,
    CaseKind Kind,
    string Title,
    string? Description,
    Guid? PointId,
    string? PointName,
    string? UnitCode,
    string? UnitName,
    string? Equipment,
    CasePriority Priority,
    DateOnly? DueOn,
    bool Overdue,
    CaseState State,
    CaseAssignee Assignee,
    StateChanger? RaisedBy,
    DateTimeOffset RaisedAt,
    DateTimeOffset? SilentSince,
    long Version,
    IReadOnlyList<CaseStepAnswer>? Steps = null
) : IVersioned
{
    public static CaseAnswer Of(Case one, DateOnly today) =>
        new(
            one.Id,
            one.Kind,
            one.Title,
            one.Description,
            one.PointId,
            one.Point?.Name,
            one.Place?.Code,
            one.Place?.FullName,
            one.Equipment,
            one.Priority,
            one.DueOn,
            one.DueOn < today && !Case.Settled.Contains(one.State),
            one.State,
            one.Assignee,
            By(one.RaisedById, one.RaisedByName),
            one.RaisedAt,
            one.SilentSince,
            one.Version
        );

    /// <summary>With its steps, which have to be loaded.</summary>
    public static CaseAnswer Whole(Case one, DateOnly today) =>
        Of(one, today) with
        {
            Steps =
            [
                .. one
                    .Steps.OrderBy(s => s.At)
                    .ThenBy(s => s.Id)
                    .Select(s => new CaseStepAnswer(
                        s.Kind,
                        s.At,
                        By(s.ById, s.ByName),
                        s.Comment,
                        s.State,
                        s.Assignee,
                        s.Priority,
                        s.DueOn
                    )),
            ],
        };

    private static StateChanger? By(Guid? id, string? name) => id is { } who ? new(who, name!) : null;
}
