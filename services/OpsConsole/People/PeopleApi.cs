using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.People;

/// <summary>The community digital team of a village.</summary>
public sealed record Team
{
    public Guid Id { get; init; }
    public string Village { get; init; } = "";
    public string UnitCode { get; init; } = "";
    public string UnitName { get; init; } = "";
    public DateOnly Since { get; init; }

    /// <summary>First day on which it is no more.</summary>
    public DateOnly? Until { get; init; }
    public IReadOnlyList<TeamMember> Members { get; init; } = [];
    public IReadOnlyList<TeamPlace> Memberships { get; init; } = [];
    public long Version { get; init; }
}

public sealed record TeamMember
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string? Phone { get; init; }
    public string Role { get; init; } = "";
    public DateOnly Since { get; init; }

    /// <summary>First day on which it is over.</summary>
    public DateOnly? Until { get; init; }
    public Guid? AccountId { get; init; }
}

public sealed record TeamPlace(string UnitName, DateOnly From, DateOnly? To);

public sealed record TeamDraft(string Village, string UnitCode, DateOnly? Since, DateOnly? Until)
{
    public static TeamDraft Of(Team team) => new(team.Village, team.UnitCode, team.Since, team.Until);
}

public sealed record MemberDraft(
    string Name,
    string? Phone,
    string Role,
    DateOnly? Since,
    DateOnly? Until,
    Guid? AccountId
)
{
    public static MemberDraft Of(TeamMember member) =>
        new(member.Name, member.Phone, member.Role, member.Since, member.Until, member.AccountId);
}

/// <summary>Who answers for a point and who runs it, and the teams of its commune.</summary>
public sealed record PointPeople
{
    public IReadOnlyList<PointPerson> Staff { get; init; } = [];
    public IReadOnlyList<Team> Teams { get; init; } = [];
}

public sealed record PointPerson(Guid AccountId, string Name, IReadOnlyList<string> Roles);

internal sealed class PeopleApi(GatewayApi api)
{
    private const string Root = "/api/points/teams";

    public Task<Answer<PointPeople>> AtPoint(Guid point) => api.Get<PointPeople>($"/api/points/{point}/people");

    public Task<Answer<ApiList<Team>>> Teams(string? search, string? unit, string? after) =>
        api.Get<ApiList<Team>>(
            ConsoleRoutes.With(
                Root,
                ("q", search?.Trim().Normalize()),
                ("unit", unit),
                ("limit", "50"),
                ("after", after)
            )
        );

    public Task<Answer<Team>> Team(Guid id) => api.Get<Team>($"{Root}/{id}");

    public Task<Answer<Team>> Form(TeamDraft team, FormMark mark) => api.Post<Team>(Root, team, mark);

    public Task<Answer<Team>> Change(Guid id, TeamDraft team, FormMark mark) =>
        api.Put<Team>($"{Root}/{id}", team, mark);

    public Task<Answer<TeamMember>> Add(Guid team, MemberDraft member, FormMark mark) =>
        api.Post<TeamMember>($"{Root}/{team}/members", member, mark);

    public Task<Answer<TeamMember>> ChangeMember(Guid id, MemberDraft member) =>
        api.Put<TeamMember>($"{Root}/members/{id}", member);
}
