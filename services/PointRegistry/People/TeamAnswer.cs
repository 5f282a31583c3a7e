using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;

namespace LaiChau.PointRegistry.People;

/// <param name="Until">First day on which it is over.</param>
/// <param name="AccountId">The account of the same person, where there is one.</param>
internal sealed record TeamMemberAnswer(
    Guid Id,
    string Name,
    string? Phone,
    TeamRole Role,
    DateOnly Since,
    DateOnly? Until,
    Guid? AccountId
)
{
    public static TeamMemberAnswer Of(TeamMember member) =>
        new(member.Id, member.Name, member.Phone, member.Role, member.Since, member.Until, member.AccountId);
}

/// <param name="Until">First day on which it is no more.</param>
/// <param name="Members">Leaders first; in lists those of the day asked for, of one team all there ever were.</param>
/// <param name="Version">Its entity tag.</param>
/// <param name="Memberships">The communes of the village; left out in lists.</param>
internal sealed record TeamAnswer(
    Guid Id,
    string Village,
    string UnitCode,
    string UnitName,
    DateOnly Since,
    DateOnly? Until,
    IReadOnlyList<TeamMemberAnswer> Members,
    long Version,
    IReadOnlyList<MembershipAnswer>? Memberships = null
) : IVersioned
{
    public static TeamAnswer On(DateOnly day, Team team, Unit unit) =>
        Of(team, unit, team.Members.Where(m => m.Holds(day)));

    /// <summary>With all its members and communes, which have to be loaded.</summary>
    public static TeamAnswer Whole(Team team) =>
        Of(team, team.Unit, team.Members) with
        {
            Memberships =
            [
                .. team
                    .Memberships.OrderBy(m => m.ValidFrom)
                    .Select(m => new MembershipAnswer(m.Unit.Code, m.Unit.FullName, m.ValidFrom, m.ValidTo, null)),
            ],
        };

    private static TeamAnswer Of(Team team, Unit unit, IEnumerable<TeamMember> members) =>
        new(
            team.Id,
            team.Village,
            unit.Code,
            unit.FullName,
            team.Since,
            team.Until,
            [.. members.OrderBy(m => m.Role).ThenBy(m => m.Id).Select(TeamMemberAnswer.Of)],
            team.Version
        );
}
