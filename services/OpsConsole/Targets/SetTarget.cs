using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Openings;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Targets;

internal static class SetTarget
{
    public static async Task<IResult> Handle(
        Guid id,
        HttpContext http,
        PointsApi points,
        OpeningsApi openings,
        TargetsApi targets,
        TimeProvider clock
    )
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var target = new NewTarget(form.Text("chi-tieu") ?? "", form.Text("ky") ?? "", form.Text("gia-tri"));
        var value = form.Number("gia-tri");
        var answer =
            target.Typed is not null && value is null
                ? ApiProblem.Missing("giá trị phải là một số, ví dụ 120 hoặc 37,5")
                : await targets.Set(id, target, value);
        // The page shows months; a year's target stands beside each of them.
        var month = Period.Read(target.Period) is { Month: > 0 } ? target.Period : null;
        return answer.Ok
            ? Show.Done(
                ConsoleRoutes.With(ConsoleRoutes.Openings(id), ("ky", month)),
                value is null ? "chi-tieu-bo" : "chi-tieu-dat"
            )
            : await ShowOpenings.With(id, month, points, openings, targets, clock, answer.Problem, target: target);
    }
}
