using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Organisations;

namespace LaiChau.OpsConsole.Acts;

public sealed record ActReference(Guid Id, string Number);

/// <summary>A legal act that points, accounts and other acts cite.</summary>
public sealed record LegalAct
{
    public Guid Id { get; init; }
    public string Number { get; init; } = "";
    public string Kind { get; init; } = "";
    public string KindName { get; init; } = "";

    /// <summary>As it was called on the act's day.</summary>
    public OrganisationReference? Issuer { get; init; }
    public DateOnly? Date { get; init; }
    public string Title { get; init; } = "";
    public string? Scope { get; init; }
    public DateOnly? InForceFrom { get; init; }

    /// <summary>First day no longer in force.</summary>
    public DateOnly? InForceTo { get; init; }
    public ActReference? Replaces { get; init; }
    public IReadOnlyList<ActReference> ReplacedBy { get; init; } = [];
    public long Version { get; init; }

    public (string Label, string Tone, string Icon) Standing(DateOnly today) =>
        InForceTo <= today ? ("Hết hiệu lực", "calm", "lock")
        : (InForceFrom ?? Date) > today ? ("Chưa có hiệu lực", "wait", "clock")
        : ("Còn hiệu lực", "good", "check");
}

public sealed record ActDraft(
    string Number,
    string Kind,
    Guid? IssuerId,
    DateOnly? Date,
    string Title,
    string? Scope,
    DateOnly? InForceFrom,
    DateOnly? InForceTo,
    string? Replaces
)
{
    public static ActDraft Of(LegalAct act) =>
        new(
            act.Number,
            act.Kind,
            act.Issuer?.Id,
            act.Date,
            act.Title,
            act.Scope,
            act.InForceFrom,
            act.InForceTo,
            act.Replaces?.Number
        );
}

/// <summary>Which acts a page was asked for.</summary>
public sealed record ActQuery(string? Words, string? Kind, Guid? Issuer, string? Day, string? After)
{
    public string Address(string? after) =>
        ConsoleRoutes.With(
            ConsoleRoutes.Acts,
            ("q", Words),
            ("loai", Kind),
            ("co-quan", Issuer?.ToString()),
            ("ngay", Day),
            ("sau", after)
        );
}

internal sealed class ActsApi(GatewayApi api)
{
    private const string Root = "/api/points/acts";

    public Task<Answer<ApiList<LegalAct>>> List(ActQuery query) =>
        api.Get<ApiList<LegalAct>>(
            ConsoleRoutes.With(
                Root,
                ("q", query.Words?.Trim().Normalize()),
                ("kind", query.Kind),
                ("issuer", query.Issuer?.ToString()),
                ("asOf", query.Day),
                ("limit", "50"),
                ("after", query.After)
            )
        );

    public Task<Answer<LegalAct>> One(Guid id) => api.Get<LegalAct>($"{Root}/{id}");

    public async Task<Answer<LegalAct>> Record(ActDraft draft, FormMark mark) =>
        Lacks(draft) is { } problem ? problem : await api.Post<LegalAct>(Root, draft, mark);

    public async Task<Answer<LegalAct>> Change(Guid id, ActDraft draft, FormMark mark) =>
        Lacks(draft) is { } problem ? problem : await api.Put<LegalAct>($"{Root}/{id}", draft, mark);

    public Task<Answer<Done>> Delete(Guid id, FormMark mark) => api.Delete($"{Root}/{id}", mark);

    /// <summary>What a body without them could not say.</summary>
    private static ApiProblem? Lacks(ActDraft draft) =>
        draft.IssuerId is null || draft.Date is null
            ? ApiProblem.Missing("cần chọn cơ quan ban hành và ngày ban hành")
            : null;
}
