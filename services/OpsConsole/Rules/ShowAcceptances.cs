using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Rules;

internal static class ShowAcceptances
{
    public static async Task<IResult> Handle(int version, string? q, string? tinh, string? sau, RulesApi rules)
    {
        var query = new AcceptanceQuery(version, q, tinh, sau);
        var (one, list) = (rules.One(version), rules.Acceptances(query));
        var (found, acceptances) = (await one, await list);
        return found.Ok
            ? Show.Page<AcceptancesPage>(
                new
                {
                    Rules = found.Value,
                    Query = query,
                    Acceptances = acceptances,
                }
            )
            : Show.Trouble(found.Problem);
    }
}
