using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.People;

internal static class ShowTeam
{
    public static Task<IResult> Handle(Guid id, PeopleApi people) => With(id, people);

    /// <summary>The team as it is now, with what went wrong and what was typed.</summary>
    public static async Task<IResult> With(
        Guid id,
        PeopleApi people,
        ApiProblem? problem = null,
        TeamDraft? draft = null,
        MemberDraft? member = null
    )
    {
        var team = await people.Team(id);
        return team.Ok
            ? Show.Page<TeamPage>(
                new
                {
                    Team = team.Value,
                    Problem = problem,
                    Typed = draft,
                    TypedMember = member,
                },
                problem?.PageStatus ?? StatusCodes.Status200OK
            )
            : Show.Trouble(team.Problem);
    }
}
