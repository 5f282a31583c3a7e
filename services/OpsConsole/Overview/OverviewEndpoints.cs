using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Overview;

internal static class OverviewEndpoints
{
    public static void MapOverview(this RouteGroupBuilder console) =>
        console.MapGet("", () => Show.Page<OverviewPage>());
}
