using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Shell;

/// <summary>One deed that asks once more before it is done.</summary>
public sealed record Confirmation
{
    public required string Title { get; init; }
    public required string Subject { get; init; }
    public string SubjectLanguage { get; init; } = "vi";
    public required IReadOnlyList<string> Consequences { get; init; }
    public string? ReasonLabel { get; init; }
    public string? MessageLabel { get; init; }
    public required string Button { get; init; }
    public bool Danger { get; init; }
    public required string Action { get; init; }
    public required string Back { get; init; }

    /// <summary>Where it leads once done, where that is not the way back.</summary>
    public string? Next { get; init; }

    public IResult Ask() => Show.Page<ConfirmPage>(new { Act = this });

    /// <summary>Does it; when the API refuses, the same page comes back with the sentence and what was typed.</summary>
    public async Task<IResult> Do<T>(HttpContext http, string notice, Func<string, string?, Task<Answer<T>>> deed)
        where T : class
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (reason, message) = (form.Text("ly-do"), form.Text("loi-nhan"));
        if (ReasonLabel is not null && reason is null)
        {
            var missing = new ApiProblem(Fault.Refused, "", null, "cần ghi rõ lý do");
            return Again(missing, reason, message, StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await deed(reason ?? "", message);
        return answer.Ok
            ? Show.Done(Next ?? Back, notice)
            : Again(answer.Problem, reason, message, answer.Problem.PageStatus);
    }

    private IResult Again(ApiProblem problem, string? reason, string? message, int status) =>
        Show.Page<ConfirmPage>(
            new
            {
                Act = this,
                Problem = problem,
                Reason = reason,
                Message = message,
            },
            status
        );
}
