using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Points;

/// <summary>Two steps without script: find the commune, then say the rest.</summary>
internal static class RegisterPoint
{
    public static async Task<IResult> Form(string? q, string? xa, PointsApi points)
    {
        var search = string.IsNullOrWhiteSpace(q) ? null : q.Trim().Normalize();
        var units = await points.Units(search);
        var chosen = xa is null ? null : units.Value?.Items.FirstOrDefault(u => u.Code == xa);
        return Show.Page<RegisterPointPage>(
            new
            {
                Search = search,
                Units = units,
                Chosen = chosen,
            }
        );
    }

    public static async Task<IResult> Handle(HttpContext http, PointsApi points)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var unit = new Unit { Code = form.Text("xa") ?? "", Name = form.Text("ten-xa") ?? "" };
        var point = new NewPoint(
            form.Text("ten") ?? "",
            unit.Code,
            form.All("ngon-ngu"),
            form.Number("vi-do"),
            form.Number("kinh-do")
        );
        var answer = await points.Register(point);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Point(answer.Value.Id), "diem-moi")
            : Show.Page<RegisterPointPage>(
                new
                {
                    Chosen = unit,
                    Typed = point,
                    Problem = answer.Problem,
                },
                answer.Problem.PageStatus
            );
    }
}
