using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Cases;

internal static class ShowCase
{
    public static Task<IResult> Handle(Guid id, CasesApi cases) => With(id, cases);

    /// <summary>The case as it is now, with what went wrong and what was typed.</summary>
    public static async Task<IResult> With(Guid id, CasesApi cases, ApiProblem? problem = null, NextStep? typed = null)
    {
        var one = await cases.One(id);
        return one.Ok
            ? Show.Page<CasePage>(
                new
                {
                    Case = one.Value,
                    Problem = problem,
                    Typed = typed,
                },
                problem?.PageStatus ?? StatusCodes.Status200OK
            )
            : Show.Trouble(one.Problem);
    }
}
