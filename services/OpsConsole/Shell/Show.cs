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

    /// <summary>A table as the API made it, to be kept.</summary>
    public static async Task<IResult> Download(HttpContext http, Answer<HttpResponseMessage> answer)
    {
        if (!answer.Ok)
        {
            return Trouble(answer.Problem);
        }
        using var file = answer.Value;
        var to = http.Response;
        to.ContentType = file.Content.Headers.ContentType?.ToString();
        to.Headers.ContentDisposition = file.Content.Headers.ContentDisposition?.ToString() ?? "attachment";
        await file.Content.CopyToAsync(to.Body, http.RequestAborted);
        return Results.Empty;
    }

    /// <summary>After a change: to a page that shows it, with a sentence about what was done.</summary>
    public static IResult Done(string address, string notice) =>
        Results.Redirect($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}xong={notice}");
}
