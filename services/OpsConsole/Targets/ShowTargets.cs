using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Targets;

internal static class ShowTargets
{
    public static async Task<IResult> Handle(
        string? ky,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "chi-tieu")] string? metric,
        string? xa,
        string? sau,
        TargetsApi targets,
        PointsApi points,
        Viewer viewer,
        TimeProvider clock
    )
    {
        var today = Period.MonthOf(Vietnamese.Today(clock));
        var query = new TargetQuery(Period.Read(ky) ?? today, metric, xa, sau);
        var (list, summary) = (targets.List(query), targets.Summary(query));
        var units = viewer.SeesProvince ? points.Units(null) : null;
        return Show.Page<TargetsPage>(
            new
            {
                Query = query,
                Today = today,
                Targets = await list,
                Summary = await summary,
                Units = units is null ? null : await units,
            }
        );
    }
}
