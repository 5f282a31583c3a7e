using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.Targets;

namespace LaiChau.OpsConsole.Openings;

internal static class RecordOpening
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
        var typed = TypedOpening.Read(form);
        var answer = await openings.Record(id, typed, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Openings(id), "mo-cua-ghi")
            : await ShowOpenings.With(id, null, points, openings, targets, clock, answer.Problem, typed);
    }
}
