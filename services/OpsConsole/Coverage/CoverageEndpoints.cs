using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Coverage;

internal static class CoverageEndpoints
{
    public static void MapCoverage(this RouteGroupBuilder console)
    {
        console.MapGet("/phu-song", (string? sau) => Show.Page<CoverageListPage>(new { After = sau }));
        console.MapGet("/phu-song/{id:guid}", OfRelease);
    }

    private static async Task<IResult> OfRelease(Guid id, CoverageApi coverage)
    {
        var release = await coverage.One(id);
        return release.Ok ? Show.Page<CoveragePage>(new { Release = release.Value }) : Show.Trouble(release.Problem);
    }
}
