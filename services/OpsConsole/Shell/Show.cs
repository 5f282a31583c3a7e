using LaiChau.OpsConsole.Api;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.OpsConsole.Shell;

/// <summary>Answers of the console's routes.</summary>
internal static class Show
{
    public static IResult Page<TPage>(object? parameters = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent =>
        new RazorComponentResult<TPage>(parameters ?? new { })
        {
            StatusCode = status,
            // The page is whole or not there: no script is needed to put late pieces in.
            PreventStreamingRendering = true,
        };

    /// <summary>A page that could not be made at all.</summary>
    public static IResult Trouble(ApiProblem problem) =>
        Page<TroublePage>(new { Problem = problem }, problem.PageStatus);

    /// <summary>After a change: to a page that shows it, with a sentence about what was done.</summary>
    public static IResult Done(string address, string notice) =>
        Results.Redirect($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}xong={notice}");
}
