using LaiChau.OpsConsole.Acts;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Organisations;

internal static class ShowOrganisation
{
    public static async Task<IResult> Handle(Guid id, OrganisationsApi organisations, ActsApi acts)
    {
        var (one, all, issued) = (
            organisations.One(id),
            organisations.All(),
            acts.List(new ActQuery(null, null, id, null, null))
        );
        var organisation = await one;
        return organisation.Ok
            ? Show.Page<OrganisationPage>(
                new
                {
                    Organisation = organisation.Value,
                    All = await all,
                    Issued = await issued,
                }
            )
            : Show.Trouble(organisation.Problem);
    }
}
