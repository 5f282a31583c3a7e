using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Organisations;

/// <summary>Names and owners are sent whole: another name is one more period, and a wrong day in the past can be put right.</summary>
internal static class DescribeOrganisation
{
    public static Task<IResult> New(OrganisationsApi organisations) => Page(null, null, null, organisations, null);

    public static async Task<IResult> Open(Guid id, OrganisationsApi organisations)
    {
        var organisation = await organisations.One(id);
        return organisation.Ok
            ? await Page(id, OrganisationDraft.Of(organisation.Value), organisation.Value.Version, organisations, null)
            : Show.Trouble(organisation.Problem);
    }

    public static async Task<IResult> Add(HttpContext http, OrganisationsApi organisations)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = Read(form);
        var answer = await organisations.Add(draft, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Organisation(answer.Value.Id), "co-quan-moi")
            : await Page(null, draft, null, organisations, answer.Problem);
    }

    public static async Task<IResult> Change(Guid id, HttpContext http, OrganisationsApi organisations)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (draft, mark) = (Read(form), form.Mark());
        var answer = await organisations.Change(id, draft, mark);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Organisation(id), "co-quan-sua")
            : await Page(id, draft, mark.Version, organisations, answer.Problem);
    }

    private static OrganisationDraft Read(IFormCollection form)
    {
        var names = new List<NamePeriod>();
        for (var i = 0; form.ContainsKey($"ten-{i}"); i++)
        {
            if (form.Text($"ten-{i}") is { } name)
            {
                names.Add(new(name, form.Day($"ten-tu-{i}")));
            }
        }
        var owners = new List<OwnerPeriod>();
        for (var i = 0; form.ContainsKey($"chu-quan-{i}"); i++)
        {
            var (owner, from) = (form.Id($"chu-quan-{i}"), form.Day($"chu-quan-tu-{i}"));
            // A day without an owner: nobody's from then on.
            if (owner is not null || from is not null)
            {
                owners.Add(new(owner, from));
            }
        }
        return new(form.Text("loai") ?? "", names, owners, form.Text("don-vi"), form.Day("tu"), form.Day("den"));
    }

    private static async Task<IResult> Page(
        Guid? id,
        OrganisationDraft? draft,
        long? version,
        OrganisationsApi organisations,
        ApiProblem? problem
    ) =>
        Show.Page<OrganisationFormPage>(
            new
            {
                Id = id,
                Draft = draft,
                Version = version,
                All = await organisations.All(),
                Problem = problem,
            },
            problem?.PageStatus ?? StatusCodes.Status200OK
        );
}
