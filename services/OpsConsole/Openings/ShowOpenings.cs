using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.Targets;

namespace LaiChau.OpsConsole.Openings;

internal static class ShowOpenings
{
    /// <summary>How far back the log goes where no month was asked for.</summary>
    private const int RecentDays = 28;

    public static Task<IResult> Handle(
        Guid id,
        string? ky,
        PointsApi points,
        OpeningsApi openings,
        TargetsApi targets,
        TimeProvider clock
    ) => With(id, ky, points, openings, targets, clock);

    /// <summary>The log as it is now, with what went wrong and what was typed.</summary>
    public static async Task<IResult> With(
        Guid id,
        string? ky,
        PointsApi points,
        OpeningsApi openings,
        TargetsApi targets,
        TimeProvider clock,
        ApiProblem? problem = null,
        TypedOpening? typed = null,
        NewTarget? target = null
    )
    {
        var today = Vietnamese.Today(clock);
        var asked = Period.Read(ky) is { Month: > 0 } month ? month : (Period?)null;
        var period = asked ?? Period.MonthOf(today);
        var (one, log, summary) = (
            points.One(id),
            asked is null ? Recent(id, openings, today) : openings.Of(id, period),
            openings.Summary(id, period)
        );
        var (ofMonth, ofYear) = (targets.Of(id, period), targets.Of(id, new Period(period.Year, 0)));
        var point = await one;
        return point.Ok
            ? Show.Page<OpeningsPage>(
                new
                {
                    Point = point.Value,
                    Asked = asked,
                    Period = period,
                    Log = await log,
                    Summary = await summary,
                    OfMonth = await ofMonth,
                    OfYear = await ofYear,
                    Problem = problem,
                    Typed = typed,
                    TypedTarget = target,
                },
                problem?.PageStatus ?? StatusCodes.Status200OK
            )
            : Show.Trouble(point.Problem);
    }

    private static async Task<Answer<Opening[]>> Recent(Guid id, OpeningsApi openings, DateOnly today)
    {
        var first = today.AddDays(-RecentDays);
        var (now, before) = (openings.Of(id, Period.MonthOf(today)), openings.Of(id, Period.MonthOf(first)));
        var (late, early) = (await now, await before);
        return !late.Ok ? late.Problem
            : !early.Ok ? early.Problem
            : early.Value.Where(o => o.Day >= first).Concat(late.Value).DistinctBy(o => o.Id).ToArray();
    }
}
