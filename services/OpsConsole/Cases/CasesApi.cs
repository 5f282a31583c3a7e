using System.Globalization;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Cases;

/// <summary>A task, an incident or a case.</summary>
public sealed record RaisedCase
{
    public Guid Id { get; init; }
    public string Kind { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Description { get; init; }
    public Guid? PointId { get; init; }
    public string? PointName { get; init; }
    public string? UnitName { get; init; }
    public string? Equipment { get; init; }
    public string Priority { get; init; } = "";
    public DateOnly? DueOn { get; init; }
    public bool Overdue { get; init; }
    public string State { get; init; } = "";
    public string Assignee { get; init; } = "";
    public CasePerson? RaisedBy { get; init; }
    public DateTimeOffset RaisedAt { get; init; }
    public DateTimeOffset? SilentSince { get; init; }
    public long Version { get; init; }
    public IReadOnlyList<TakenStep> Steps { get; init; } = [];

    public bool IsSettled => State is "resolved" or "closed";
}

public sealed record CasePerson(Guid Id, string Name);

public sealed record TakenStep(
    string Step,
    DateTimeOffset At,
    CasePerson? By,
    string? Comment,
    string State,
    string Assignee,
    string Priority,
    DateOnly? DueOn
);

/// <summary>What the page of the list was asked for.</summary>
/// <param name="Standing">Empty for what is not settled; <c>qua-han</c>, <c>da-xong</c>, <c>tat-ca</c>, or a state.</param>
/// <param name="Order">Empty for the most urgent first.</param>
public sealed record CaseQuery(
    string? Words = null,
    string? Standing = null,
    string? Kind = null,
    string? Assignee = null,
    Guid? Point = null,
    string? Order = null,
    string? After = null
)
{
    public const string Overdue = "qua-han";
    public const string Settled = "da-xong";
    public const string All = "tat-ca";

    public string Address(string? after = null) =>
        ConsoleRoutes.With(
            ConsoleRoutes.Cases,
            ("q", Words),
            ("tinh", Standing),
            ("loai", Kind),
            ("giao", Assignee),
            ("diem", Point?.ToString()),
            ("xep", Order),
            ("sau", after)
        );
}

public sealed record NewCase(
    string Kind,
    string Title,
    string? Description,
    Guid? PointId,
    string? UnitCode,
    string? Equipment,
    string Priority,
    DateOnly? DueOn,
    string? Assignee
);

public sealed record NextStep(string Step, string? Comment, string? Assignee, string? Priority, DateOnly? DueOn);

internal sealed class CasesApi(GatewayApi api)
{
    private const string Address = "/api/points/cases";

    public Task<Answer<ApiList<RaisedCase>>> List(CaseQuery query, int limit = 50) =>
        api.Get<ApiList<RaisedCase>>(
            ConsoleRoutes.With(
                Address,
                (
                    "settled",
                    query.Standing switch
                    {
                        null or "" => "false",
                        CaseQuery.Settled => "true",
                        _ => null,
                    }
                ),
                ("overdue", query.Standing is CaseQuery.Overdue ? "true" : null),
                (
                    "state",
                    query.Standing is CaseQuery.Overdue or CaseQuery.Settled or CaseQuery.All ? null : query.Standing
                ),
                ("kind", query.Kind),
                ("assignee", query.Assignee),
                ("point", query.Point?.ToString()),
                ("q", query.Words?.Trim().Normalize()),
                ("sort", string.IsNullOrEmpty(query.Order) ? "priority" : query.Order),
                ("limit", limit.ToString(CultureInfo.InvariantCulture)),
                ("after", query.After)
            )
        );

    public Task<Answer<RaisedCase>> One(Guid id) => api.Get<RaisedCase>($"{Address}/{id}");

    public Task<Answer<RaisedCase>> Raise(NewCase said, FormMark mark) => api.Post<RaisedCase>(Address, said, mark);

    public Task<Answer<RaisedCase>> Take(Guid id, NextStep step, FormMark mark) =>
        api.Post<RaisedCase>($"{Address}/{id}/steps", step, mark);
}
