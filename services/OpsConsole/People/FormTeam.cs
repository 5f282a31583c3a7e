using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.People;

/// <summary>Two steps without script: the commune, then the village.</summary>
internal static class FormTeam
{
    public static async Task<IResult> Form(string? q, string? xa, PointsApi points) =>
        xa is null
            ? Show.Page<ChoosePlacePage>(
                new
                {
                    Heading = "Lập Tổ công nghệ số",
                    Address = ConsoleRoutes.NewTeam,
                    Back = ConsoleRoutes.Teams,
                    BackLabel = "Tổ công nghệ số",
                    Search = q,
                    AtPoints = false,
                }
            )
            : await Page(xa, points, null, null);

    public static async Task<IResult> Handle(HttpContext http, PointsApi points, PeopleApi people)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = new TeamDraft(form.Text("thon-ban") ?? "", form.Text("xa") ?? "", form.Day("tu"), null);
        var answer = await people.Form(draft, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Team(answer.Value.Id), "to-moi")
            : await Page(draft.UnitCode, points, draft, answer.Problem);
    }

    private static async Task<IResult> Page(string code, PointsApi points, TeamDraft? typed, ApiProblem? problem)
    {
        var unit = await points.Unit(code);
        return unit.Ok
            ? Show.Page<FormTeamPage>(
                new
                {
                    Unit = unit.Value,
                    Typed = typed,
                    Problem = problem,
                },
                problem?.PageStatus ?? StatusCodes.Status200OK
            )
            : Show.Trouble(unit.Problem);
    }
}
