using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Cases;

/// <summary>Two steps without script: where it is, then what it is. Whoever has one point only begins with the second.</summary>
internal static class RaiseCase
{
    public static async Task<IResult> Form(string? q, Guid? diem, string? xa, PointsApi points, Viewer viewer)
    {
        if (diem is { } id)
        {
            var point = await points.One(id);
            return point.Ok ? Page(new() { Point = point.Value }) : Show.Trouble(point.Problem);
        }
        if (xa is not null)
        {
            var unit = await points.Unit(xa);
            return unit.Ok ? Page(new() { Unit = unit.Value }) : Show.Trouble(unit.Problem);
        }
        if (viewer is { IsOfOnePoint: true })
        {
            var own = await points.All();
            if (own.Value is [var only])
            {
                return Page(new() { Point = only });
            }
        }
        return Show.Page<ChoosePlacePage>(
            new
            {
                Heading = "Báo việc, sự cố",
                Address = ConsoleRoutes.NewCase,
                Back = ConsoleRoutes.Cases,
                BackLabel = "Việc và sự cố",
                Search = q,
            }
        );
    }

    public static async Task<IResult> Handle(HttpContext http, CasesApi cases, PointsApi points)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var said = new NewCase(
            form.Text("loai") ?? "incident",
            form.Text("tieu-de") ?? "",
            form.Text("mo-ta"),
            form.Id("diem"),
            form.Id("diem") is null ? form.Text("xa") : null,
            form.Text("thiet-bi"),
            form.Text("uu-tien") ?? "normal",
            form.Day("han"),
            form.Text("giao")
        );
        var answer = await cases.Raise(said, form.Mark());
        if (answer.Ok)
        {
            return Show.Done(ConsoleRoutes.Case(answer.Value.Id), "viec-moi");
        }
        var point = said.PointId is { } id ? await points.One(id) : null;
        var unit = said.UnitCode is { } code ? await points.Unit(code) : null;
        return Page(
            new()
            {
                Point = point?.Value,
                Unit = unit?.Value,
                Typed = said,
                Problem = answer.Problem,
            }
        );
    }

    private static IResult Page(CaseForm form) =>
        Show.Page<RaiseCasePage>(new { Form = form }, form.Problem?.PageStatus ?? StatusCodes.Status200OK);
}

/// <summary>A case that is being written.</summary>
public sealed record CaseForm
{
    public Point? Point { get; init; }
    public Unit? Unit { get; init; }
    public NewCase? Typed { get; init; }
    public ApiProblem? Problem { get; init; }
}
