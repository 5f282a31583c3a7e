using LaiChau.OpsConsole.Coverage;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Releases;

internal static class ShowRelease
{
    public static async Task<IResult> Handle(Guid id, CatalogApi catalog, CoverageApi coverage)
    {
        var release = await catalog.One(id);
        if (!release.Ok)
        {
            return Show.Trouble(release.Problem);
        }
        var wasPublished = release.Value.PublishedAt is not null;
        return Show.Page<ReleasePage>(
            new { Release = release.Value, Coverage = wasPublished ? await coverage.One(id) : null }
        );
    }
}
