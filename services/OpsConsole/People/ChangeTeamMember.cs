using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.People;

internal static class ChangeTeamMember
{
    public static async Task<IResult> Add(Guid id, HttpContext http, PeopleApi people)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = Read(form);
        var answer = await people.Add(id, draft, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Team(id), "nguoi-them")
            : await ShowTeam.With(id, people, answer.Problem, member: draft);
    }

    public static Task<IResult> Form(Guid id, Guid member, PeopleApi people) => Page(id, member, people, null, null);

    public static async Task<IResult> Handle(Guid id, Guid member, HttpContext http, PeopleApi people)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = Read(form);
        var answer = await people.ChangeMember(member, draft);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Team(id), "nguoi-sua")
            : await Page(id, member, people, draft, answer.Problem);
    }

    private static MemberDraft Read(IFormCollection form) =>
        new(
            form.Text("ho-ten") ?? "",
            form.Text("dien-thoai"),
            form.Text("vai-tro") ?? "member",
            form.Day("tu"),
            form.Day("den"),
            form.Id("tai-khoan")
        );

    private static async Task<IResult> Page(
        Guid id,
        Guid memberId,
        PeopleApi people,
        MemberDraft? typed,
        ApiProblem? problem
    )
    {
        var team = await people.Team(id);
        return !team.Ok ? Show.Trouble(team.Problem)
            : team.Value.Members.FirstOrDefault(m => m.Id == memberId) is { } member
                ? Show.Page<ChangeTeamMemberPage>(
                    new
                    {
                        Team = team.Value,
                        Member = member,
                        Draft = typed ?? MemberDraft.Of(member),
                        Problem = problem,
                    },
                    problem?.PageStatus ?? StatusCodes.Status200OK
                )
            : Show.Trouble(new ApiProblem(Fault.NotFound, "Tổ công nghệ số"));
    }
}
