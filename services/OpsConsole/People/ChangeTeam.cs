using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.People;

internal static class ChangeTeam
{
    public static async Task<IResult> Handle(Guid id, HttpContext http, PeopleApi people)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = new TeamDraft(form.Text("thon-ban") ?? "", form.Text("xa") ?? "", null, form.Day("den"));
        var answer = await people.Change(id, draft, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Team(id), "to-sua")
            : await ShowTeam.With(id, people, answer.Problem, draft);
    }
}
