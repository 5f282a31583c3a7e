using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Cases;

/// <param name="Step"><c>accept</c>, <c>start</c>, <c>resolve</c>, <c>close</c>, <c>reopen</c>, <c>assign</c>, <c>plan</c> or <c>comment</c>.</param>
/// <param name="Comment">Needed to resolve, to reopen and to comment.</param>
/// <param name="Assignee">To assign only.</param>
/// <param name="Priority">To assign and to plan.</param>
/// <param name="DueOn">To assign and to plan.</param>
internal sealed record CaseStepRequest(
    CaseStepKind Step,
    string? Comment = null,
    CaseAssignee? Assignee = null,
    CasePriority? Priority = null,
    DateOnly? DueOn = null
)
{
    public ProblemHttpResult? Fault(DateOnly today) =>
        Step is CaseStepKind.Raise or CaseStepKind.HeardAgain
            ? PointRegistryProblems.Invalid(
                "step",
                "Bước này do hệ thống tự ghi. Các bước: accept, start, resolve, close, reopen, assign, plan, comment."
            )
        : Comment is { Length: > 4000 } ? PointRegistryProblems.Invalid("comment", "Ý kiến không quá 4000 ký tự.")
        : Step is CaseStepKind.Resolve or CaseStepKind.Reopen or CaseStepKind.Comment
        && string.IsNullOrWhiteSpace(Comment)
            ? PointRegistryProblems.Invalid("comment", "Bước này cần ghi ý kiến: đã làm gì, hoặc vì sao.")
        : Step is CaseStepKind.Assign != Assignee is not null
            ? PointRegistryProblems.Invalid("assignee", "Ghi nơi nhận khi và chỉ khi chuyển việc (assign).")
        : Step is not (CaseStepKind.Assign or CaseStepKind.Plan) && (Priority is not null || DueOn is not null)
            ? PointRegistryProblems.Invalid("dueOn", "Chỉ bước assign hoặc plan mới đổi mức ưu tiên và hạn.")
        : Step is CaseStepKind.Plan && Priority is null && DueOn is null
            ? PointRegistryProblems.Invalid("dueOn", "Cần ghi mức ưu tiên hoặc hạn mới.")
        : DueOn < today ? PointRegistryProblems.Invalid("dueOn", "Hạn xử lý không được ở trong quá khứ.")
        : null;
}

internal static class TakeCaseStep
{
    public static async Task<Results<Ok<CaseAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        CaseStepRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Case> log,
        CancellationToken ct
    )
    {
        var today = VietnamDay.Today(time);
        if (await db.FindCase(id, user, ct) is not { } one)
        {
            return PointRegistryProblems.CaseNotFound.With();
        }
        if (request.Fault(today) is { } fault)
        {
            return fault;
        }
        if (!http.Means(one.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile("Việc");
        }
        // Anybody may say something, and say that it is not settled; the rest is for whom it is with, or whoever is above.
        if (
            request.Step is not (CaseStepKind.Comment or CaseStepKind.Reopen)
            && one.OfficeOf(user.PlaceFor(Policies.Attend)) < one.Assignee
        )
        {
            return PointRegistryProblems.CaseElsewhere.With(
                $"Việc đang được giao cho {Say(one.Assignee)}: chỉ nơi đó hoặc cấp trên mới làm bước này. Bạn có thể ghi ý kiến."
            );
        }
        if (request.Assignee is CaseAssignee.Officer && one.PointId is null)
        {
            return PointRegistryProblems.Invalid("assignee", "Việc không của điểm nào thì không giao được cho điểm.");
        }
        if (request.Assignee == one.Assignee)
        {
            return PointRegistryProblems.StepNotAllowed.With($"Việc đang được giao cho {Say(one.Assignee)} rồi.");
        }
        var before = one.State;
        if (!one.Take(request, time.GetUtcNow(), user.AsChanger()))
        {
            return PointRegistryProblems.StepNotAllowed.With(Explain(before), ("state", before));
        }
        await db.SaveChangesAsync(ct);
        log.LogInformation(
            "Case {CaseId} went from {Before} to {After} by {By}, {Step}",
            id,
            before,
            one.State,
            user.AccountId(),
            request.Step
        );
        return TypedResults.Ok(CaseAnswer.Whole(one, today));
    }

    private static string Explain(CaseState state) =>
        state switch
        {
            CaseState.Open => "Việc chưa được tiếp nhận; hãy tiếp nhận (accept) trước.",
            CaseState.Reopened => "Việc vừa được mở lại; hãy tiếp nhận (accept) trước.",
            CaseState.Accepted => "Việc đã được tiếp nhận; bước tiếp theo là bắt đầu xử lý (start).",
            CaseState.InProgress => "Việc đang được xử lý; bước tiếp theo là báo đã xử lý xong (resolve).",
            CaseState.Resolved => "Việc đã xử lý xong; chỉ có thể đóng (close) hoặc mở lại (reopen).",
            _ => "Việc đã đóng; chỉ có thể mở lại (reopen).",
        };

    private static string Say(CaseAssignee assignee) =>
        assignee switch
        {
            CaseAssignee.Officer => "cán bộ của điểm",
            CaseAssignee.Team => "Tổ công nghệ số cộng đồng",
            CaseAssignee.Commune => "xã, phường",
            _ => "Sở",
        };
}
