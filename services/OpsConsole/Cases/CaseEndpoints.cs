using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Cases;

internal static class CaseEndpoints
{
    public static void MapCases(this RouteGroupBuilder console)
    {
        var cases = console.MapGroup("/viec");
        cases.MapGet(
            "",
            (string? q, string? tinh, string? loai, string? giao, Guid? diem, string? xep, string? sau) =>
                Show.Page<CaseListPage>(new { Query = new CaseQuery(q, tinh, loai, giao, diem, xep, sau) })
        );
        cases.MapGet("/moi", RaiseCase.Form);
        cases.MapPost("/moi", RaiseCase.Handle);
        cases.MapGet("/{id:guid}", ShowCase.Handle);
        cases.MapPost("/{id:guid}/buoc", TakeCaseStep.Handle);
    }
}
