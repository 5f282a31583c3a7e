using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Targets;

internal static class TargetEndpoints
{
    public static void MapTargets(this RouteGroupBuilder console)
    {
        console.MapGet("/chi-tieu", ShowTargets.Handle);
        console.MapGet("/chi-tieu/nhap", () => ImportTargets.Table.Ask());
        console.MapPost("/chi-tieu/nhap", ImportTargets.Handle);
        console.MapPost("/diem/{id:guid}/chi-tieu", SetTarget.Handle);
    }
}
