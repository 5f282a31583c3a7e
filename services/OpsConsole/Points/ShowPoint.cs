using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Coverage;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Points;

internal static class ShowPoint
{
    /// <summary>What a point shows is read from the coverage of the newest releases; older ones it shows are only counted.</summary>
    private const int NewestReleases = 24;

    public static async Task<IResult> Handle(Guid id, PointsApi points, CoverageApi coverage)
    {
        var (one, contacts, history) = (points.One(id), points.Contacts(), points.History(id));
        var shown = coverage.AtPoint(id, NewestReleases);
        var point = await one;
        if (!point.Ok)
        {
            return Show.Trouble(point.Problem);
        }
        var known = await contacts;
        return Show.Page<PointPage>(
            new
            {
                Standing = new PointStanding(point.Value, known.Value?.FirstOrDefault(c => c.PointId == id)),
                ContactProblem = known.Problem,
                Shown = await shown,
                History = await history,
            }
        );
    }
}
