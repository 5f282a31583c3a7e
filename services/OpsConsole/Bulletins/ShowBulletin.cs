using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Bulletins;

internal static class ShowBulletin
{
    public static async Task<IResult> Handle(Guid id, BulletinsApi bulletins) => await With(id, bulletins, null);

    /// <summary>The bulletin, with what went wrong just now.</summary>
    public static async Task<IResult> With(Guid id, BulletinsApi bulletins, ApiProblem? problem)
    {
        var bulletin = await bulletins.One(id);
        return bulletin.Ok
            ? Show.Page<BulletinPage>(
                new { Bulletin = bulletin.Value, Problem = problem },
                problem?.PageStatus ?? StatusCodes.Status200OK
            )
            : Show.Trouble(bulletin.Problem);
    }
}
