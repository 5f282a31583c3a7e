using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Organisations;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Acts;

internal static class DescribeAct
{
    public static Task<IResult> New(OrganisationsApi organisations) =>
        Page(null, null, null, null, organisations, null);

    public static async Task<IResult> Open(Guid id, ActsApi acts, OrganisationsApi organisations)
    {
        var act = await acts.One(id);
        return act.Ok
            ? await Page(id, ActDraft.Of(act.Value), act.Value.Replaces, act.Value.Version, organisations, null)
            : Show.Trouble(act.Problem);
    }

    public static async Task<IResult> Record(HttpContext http, ActsApi acts, OrganisationsApi organisations)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = Read(form);
        var answer = await acts.Record(draft, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Act(answer.Value.Id), "van-ban-moi")
            : await Page(null, draft, null, null, organisations, answer.Problem);
    }

    public static async Task<IResult> Change(Guid id, HttpContext http, ActsApi acts, OrganisationsApi organisations)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (draft, mark) = (Read(form), form.Mark());
        // Two acts may bear one number: as long as it is not typed anew, the act is named by its id.
        var replaced =
            form.Id("thay-the-ma") is { } known && form.Text("thay-the-so") is { } number
                ? new ActReference(known, number)
                : null;
        var sent = replaced?.Number == draft.Replaces ? draft with { Replaces = replaced?.Id.ToString() } : draft;
        var answer = await acts.Change(id, sent, mark);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Act(id), "van-ban-sua")
            : await Page(id, draft, replaced, mark.Version, organisations, answer.Problem);
    }

    private static ActDraft Read(IFormCollection form) =>
        new(
            form.Text("so") ?? "",
            form.Text("loai") ?? "",
            form.Id("co-quan"),
            form.Day("ngay"),
            form.Text("trich-yeu") ?? "",
            form.Text("pham-vi"),
            form.Day("tu"),
            form.Day("den"),
            form.Text("thay-the")
        );

    private static async Task<IResult> Page(
        Guid? id,
        ActDraft? draft,
        ActReference? replaced,
        long? version,
        OrganisationsApi organisations,
        ApiProblem? problem
    ) =>
        Show.Page<ActFormPage>(
            new
            {
                Id = id,
                Draft = draft,
                Replaced = replaced,
                Version = version,
                Issuers = await organisations.All(),
                Problem = problem,
            },
            problem?.PageStatus ?? StatusCodes.Status200OK
        );
}
