using System.Globalization;
using LaiChau.OpsConsole.Acts;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Rules;

/// <summary>The rules for every account, as they were published once.</summary>
public sealed record RulesVersion
{
    public int Version { get; init; }
    public string Title { get; init; } = "";

    /// <summary>Not in lists.</summary>
    public string? Text { get; init; }
    public string TextSha256 { get; init; } = "";
    public DateOnly InForceFrom { get; init; }
    public bool InForce { get; init; }
    public ActReference? Act { get; init; }
    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>When the viewer accepted it.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    public (string Label, string Tone, string Icon) Standing(DateOnly today) =>
        InForce ? ("Đang có hiệu lực", "good", "check")
        : InForceFrom > today ? ("Chưa đến ngày", "wait", "clock")
        : ("Đã thay thế", "calm", "lock");
}

public sealed record RulesDraft(string Title, string Text, DateOnly? InForceFrom, string? Act);

/// <summary>An account, and whether it has accepted a version.</summary>
public sealed record Acceptance
{
    public Guid AccountId { get; init; }
    public string UserName { get; init; } = "";
    public string Name { get; init; } = "";
    public IReadOnlyList<string> Roles { get; init; } = [];
    public DateTimeOffset? AcceptedAt { get; init; }
    public string? ClientAddress { get; init; }
}

/// <summary>Whose acceptances a page was asked for.</summary>
public sealed record AcceptanceQuery(int Version, string? Words = null, string? Standing = null, string? After = null)
{
    public const string Missing = "chua";
    public const string Given = "roi";

    public string Address(string? after = null) =>
        ConsoleRoutes.With(ConsoleRoutes.Acceptances(Version), ("q", Words), ("tinh", Standing), ("sau", after));
}

internal sealed class RulesApi(GatewayApi api)
{
    private const string Root = "/api/points/rules";

    public Task<Answer<RulesVersion[]>> All() => api.GetAll<RulesVersion>(Root);

    public Task<Answer<RulesVersion>> One(int version) =>
        api.Get<RulesVersion>($"{Root}/{version.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>What would be published, or what is wrong with it.</summary>
    public async Task<Answer<RulesVersion>> Try(RulesDraft draft) =>
        Lacks(draft) is { } problem ? problem : await api.Post<RulesVersion>(Root + "?dryRun=true", draft);

    public async Task<Answer<RulesVersion>> Publish(RulesDraft draft, FormMark mark) =>
        Lacks(draft) is { } problem ? problem : await api.Post<RulesVersion>(Root, draft, mark);

    public Task<Answer<ApiList<Acceptance>>> Acceptances(AcceptanceQuery query) =>
        api.Get<ApiList<Acceptance>>(
            ConsoleRoutes.With(
                Root + "/acceptances",
                ("version", query.Version.ToString(CultureInfo.InvariantCulture)),
                (
                    "accepted",
                    query.Standing switch
                    {
                        AcceptanceQuery.Given => "true",
                        AcceptanceQuery.Missing => "false",
                        _ => null,
                    }
                ),
                ("q", query.Words?.Trim().Normalize()),
                ("limit", "50"),
                ("after", query.After)
            )
        );

    /// <summary>What a body without it could not say.</summary>
    private static ApiProblem? Lacks(RulesDraft draft) =>
        draft.InForceFrom is null ? ApiProblem.Missing("Cần chọn ngày có hiệu lực", "inForceFrom") : null;
}
