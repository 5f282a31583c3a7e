using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

internal sealed record ReasonRequest(string Reason);

/// <summary>The steps of a point's life that a person takes: suspend, activate again, close.</summary>
internal sealed class MovePoint(PointRegistryDb db, TimeProvider time, ILogger<Point> log)
{
    public static Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Suspend(
        Guid id,
        ReasonRequest request,
        ClaimsPrincipal user,
        MovePoint move,
        CancellationToken ct
    ) => move.Apply(id, request.Reason, user, p => p.Suspend(request.Reason.Trim()), ct);

    public static Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Activate(
        Guid id,
        ClaimsPrincipal user,
        MovePoint move,
        CancellationToken ct
    ) => move.Apply(id, "—", user, p => p.Activate(), ct);

    public static Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Close(
        Guid id,
        ReasonRequest request,
        ClaimsPrincipal user,
        MovePoint move,
        CancellationToken ct
    ) => move.Apply(id, request.Reason, user, p => p.Close(request.Reason.Trim()), ct);

    private async Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Apply(
        Guid id,
        string reason,
        ClaimsPrincipal user,
        Func<Point, bool> step,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 1000)
        {
            return PointRegistryProblems.Invalid("reason", "Cần ghi lý do, không quá 1000 ký tự.");
        }
        var point = await db.Points.Include(p => p.Unit).SingleOrDefaultAsync(p => p.Id == id, ct);
        if (point is null)
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        var before = point.State;
        if (!step(point))
        {
            return PointRegistryProblems.WrongState.With(Explain(before), ("state", before));
        }
        if (point.State is PointState.Suspended)
        {
            db.PublishSuspended(point, time);
        }
        else
        {
            db.PublishChanged(point, time);
        }
        await db.SaveChangesAsync(ct);
        log.LogInformation(
            "Point {PointId} went from {Before} to {After} by {By}: {Reason}",
            point.Id,
            before,
            point.State,
            user.AccountId(),
            reason
        );
        return TypedResults.Ok(PointAnswer.Of(point));
    }

    private static string Explain(PointState state) =>
        state switch
        {
            PointState.Planned => "Điểm chưa kích hoạt; hãy cấp mã và kích hoạt máy tại điểm trước.",
            PointState.Active => "Điểm đang hoạt động.",
            PointState.Suspended => "Điểm đang tạm ngừng.",
            _ => "Điểm đã đóng.",
        };
}
