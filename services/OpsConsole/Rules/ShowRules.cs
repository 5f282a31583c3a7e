using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Rules;

internal static class ShowRules
{
    public static async Task<IResult> Handle(int version, RulesApi rules)
    {
        var one = await rules.One(version);
        return one.Ok ? Show.Page<RulesPage>(new { Rules = one.Value }) : Show.Trouble(one.Problem);
    }
}
