using LaiChau.OpsConsole.Accounts;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Acts;

internal static class ShowAct
{
    public static async Task<IResult> Handle(
        Guid id,
        ActsApi acts,
        PointsApi points,
        AccountsApi accounts,
        Viewer viewer
    )
    {
        var (one, citing) = (acts.One(id), points.Citing(id));
        var holders = viewer.MayAdminister ? accounts.All() : null;
        var act = await one;
        return act.Ok
            ? Show.Page<ActPage>(
                new
                {
                    Act = act.Value,
                    Points = await citing,
                    Accounts = holders is null ? null : await holders,
                }
            )
            : Show.Trouble(act.Problem);
    }
}
