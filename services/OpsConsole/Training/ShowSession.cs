using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Training;

internal static class ShowSession
{
    public static Task<IResult> Handle(Guid id, TrainingApi training, Viewer viewer) => With(id, training, viewer);

    /// <summary>The session as it is now, with what went wrong.</summary>
    public static async Task<IResult> With(Guid id, TrainingApi training, Viewer viewer, ApiProblem? problem = null)
    {
        var session = await training.Session(id);
        if (!session.Ok)
        {
            return Show.Trouble(session.Problem);
        }
        var people =
            viewer.MayManage && session.Value is { IsOfCitizens: false, UnitCode: { } unit }
                ? await training.Everybody(unit)
                : null;
        return Show.Page<SessionPage>(
            new
            {
                Session = session.Value,
                People = people,
                Problem = problem,
            },
            problem?.PageStatus ?? StatusCodes.Status200OK
        );
    }
}
