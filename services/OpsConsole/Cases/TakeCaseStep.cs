using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Cases;

internal static class TakeCaseStep
{
    public static async Task<IResult> Handle(Guid id, HttpContext http, CasesApi cases)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var step = new NextStep(
            form.Text("buoc") ?? "",
            form.Text("y-kien"),
            form.Text("giao"),
            form.Text("uu-tien"),
            form.Day("han")
        );
        var answer = await cases.Take(id, step, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Case(id), "viec-" + step.Step)
            : await ShowCase.With(id, cases, answer.Problem, step);
    }
}
