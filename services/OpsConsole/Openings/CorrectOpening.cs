using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Openings;

/// <summary>What stood there stays readable.</summary>
internal static class CorrectOpening
{
    public static async Task<IResult> Form(
        Guid id,
        Guid opening,
        string? ky,
        PointsApi points,
        OpeningsApi openings,
        TimeProvider clock
    )
    {
        var (point, entry) = (points.One(id), Find(id, opening, ky, openings, clock));
        return (await point, await entry) switch
        {
            ({ Problem: { } problem }, _) => Show.Trouble(problem),
            (_, { Problem: { } problem }) => Show.Trouble(problem),
            var (at, found) => Page(at.Value!, opening, ky, TypedOpening.Of(found.Value!), found.Value!.Version),
        };
    }

    public static async Task<IResult> Handle(
        Guid id,
        Guid opening,
        string? ky,
        HttpContext http,
        PointsApi points,
        OpeningsApi openings
    )
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (typed, mark) = (TypedOpening.Read(form), form.Mark());
        var answer = await openings.Correct(opening, typed, mark);
        if (answer.Ok)
        {
            return Show.Done(ConsoleRoutes.With(ConsoleRoutes.Openings(id), ("ky", ky)), "mo-cua-sua");
        }
        var point = await points.One(id);
        return point.Ok
            ? Page(point.Value, opening, ky, typed, mark.Version, answer.Problem)
            : Show.Trouble(point.Problem);
    }

    /// <summary>The API shows entries by the month.</summary>
    public static async Task<Answer<Opening>> Find(
        Guid point,
        Guid opening,
        string? ky,
        OpeningsApi openings,
        TimeProvider clock
    )
    {
        var log = await openings.Of(point, Period.Read(ky) ?? Period.MonthOf(Vietnamese.Today(clock)));
        return !log.Ok ? log.Problem
            : Array.Find(log.Value, o => o.Id == opening) is { } found ? found
            : new ApiProblem(Fault.NotFound, "Nhật ký mở cửa");
    }

    private static IResult Page(
        Point point,
        Guid opening,
        string? ky,
        TypedOpening typed,
        long? version,
        ApiProblem? problem = null
    ) =>
        Show.Page<CorrectOpeningPage>(
            new
            {
                Point = point,
                Opening = opening,
                Month = ky,
                Typed = typed,
                Version = version,
                Problem = problem,
            },
            problem?.PageStatus ?? StatusCodes.Status200OK
        );
}
