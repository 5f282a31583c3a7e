using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Training;

/// <summary>Two steps without script: where it was held, then the rest.</summary>
internal static class HoldSession
{
    public static async Task<IResult> Form(string? q, Guid? diem, string? xa, PointsApi points, TrainingApi training)
    {
        if (diem is null && xa is null)
        {
            return Show.Page<ChoosePlacePage>(
                new
                {
                    Heading = "Ghi buổi học",
                    Address = ConsoleRoutes.NewSession,
                    Back = ConsoleRoutes.Sessions,
                    BackLabel = "Buổi học",
                    Search = q,
                }
            );
        }
        return await Page(diem, xa, points, training, null, null);
    }

    public static async Task<IResult> Handle(HttpContext http, PointsApi points, TrainingApi training)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var citizens = form.Text("loai") == "citizens";
        var session = new NewSession(
            form.Id("khoa") ?? default,
            citizens ? "citizens" : "staff",
            form.Day("ngay"),
            form.Text("nguoi-day") ?? "",
            form.Id("diem"),
            form.Id("diem") is null ? form.Text("xa") : null,
            citizens ? form.Whole("so-nguoi") : null,
            citizens && ByLanguage(form) is { Count: > 0 } counted ? counted : null
        );
        var answer = await training.Hold(session, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Session(answer.Value.Id), "buoi-moi")
            : await Page(session.PointId, session.UnitCode, points, training, session, answer.Problem);
    }

    private static Dictionary<string, int> ByLanguage(IFormCollection form)
    {
        var counted = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; form.ContainsKey($"ngon-ngu-{i}"); i++)
        {
            if (form.Text($"ngon-ngu-{i}") is { } language && form.Whole($"so-{i}") is { } heads)
            {
                counted[language] = heads;
            }
        }
        return counted;
    }

    private static async Task<IResult> Page(
        Guid? pointId,
        string? code,
        PointsApi points,
        TrainingApi training,
        NewSession? typed,
        ApiProblem? problem
    )
    {
        var courses = training.Courses();
        var point = pointId is { } id ? await points.One(id) : null;
        var unit = pointId is null && code is not null ? await points.Unit(code) : null;
        return (point?.Problem ?? unit?.Problem) is { } missing
            ? Show.Trouble(missing)
            : Show.Page<HoldSessionPage>(
                new
                {
                    Point = point?.Value,
                    Unit = unit?.Value,
                    Courses = await courses,
                    Typed = typed,
                    Problem = problem,
                },
                problem?.PageStatus ?? StatusCodes.Status200OK
            );
    }
}
