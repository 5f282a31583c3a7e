using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

internal sealed record ReasonRequest(string Reason);

/// <summary>Activating again may come without a reason, and without a body.</summary>
internal sealed record ActivateRequest(string? Reason = null);

/// <summary>The steps of a point's life that a person takes: suspend, activate again, close.</summary>
internal sealed class MovePoint(PointRegistryDb db, TimeProvider time, ILogger<Point> log)
{
    public static Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Suspend(
        Guid id,
        ReasonRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        MovePoint move,
        CancellationToken ct
    ) => move.Apply(id, request.Reason, http, user, (p, why, now, by) => p.Suspend(why!, now, by), ct);

    public static Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Activate(
        Guid id,
        ActivateRequest? request,
        HttpRequest http,
        ClaimsPrincipal user,
        MovePoint move,
        CancellationToken ct
    ) => move.Apply(id, request?.Reason, http, user, (p, why, now, by) => p.Activate(why, now, by), ct, needed: false);

    public static Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Close(
        Guid id,
        ReasonRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        MovePoint move,
        CancellationToken ct
    ) => move.Apply(id, request.Reason, http, user, (p, why, now, by) => p.Close(why!, now, by), ct);

    private async Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Apply(
        Guid id,
        string? said,
        HttpRequest http,
        ClaimsPrincipal user,
        Func<Point, string?, DateTimeOffset, StateChanger, bool> step,
        CancellationToken ct,
        bool needed = true
    )
    {
        var reason = said?.Trim() is { Length: > 0 } trimmed ? trimmed : null;
        if ((reason is null && needed) || reason?.Length > 1000)
        {
            return PointRegistryProblems.Invalid("reason", "Cần ghi lý do, không quá 1000 ký tự.");
        }
        var point = await db.PointsOf(user.PlaceFor(Policies.Manage))
            .Include(p => p.Unit)
            .SingleOrDefaultAsync(p => p.Id == id, ct);
        if (point is null)
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        if (!http.Means(point.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile();
        }
        var before = point.State;
        if (!step(point, reason, time.GetUtcNow(), user.AsChanger()))
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
