using System.Security.Claims;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Points;

internal static class PlanPoint
{
    public static async Task<Results<Created<PointAnswer>, ProblemHttpResult>> Handle(
        PointProfileRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Point> log,
        CancellationToken ct
    )
    {
        if (request.Fault() is { } fault)
        {
            return fault;
        }
        await using var transaction = await PlaceLock.Shared(db, ct);
        var (places, refusal) = await FindCommune.In(db, request.UnitCode, VietnamDay.Today(time), ct);
        if (places is null)
        {
            return refusal!;
        }
        var (act, unknown) = await FindAct.Cited(db, request.Act, ct);
        if (unknown is not null)
        {
            return unknown;
        }
        var point = Plan(db, request, places, act, user, time);
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("Point {PointId} planned in {UnitCode} by {By}", point.Id, point.UnitCode, user.AccountId());
        return TypedResults.Created($"/api/points/{point.Id}", PointAnswer.Of(point));
    }

    public static Point Plan(
        PointRegistryDb db,
        PointProfileRequest request,
        IReadOnlyList<UnitSince> places,
        LegalAct? act,
        ClaimsPrincipal user,
        TimeProvider time
    )
    {
        var point = Point.Plan(request.Name.Trim(), places, time.GetUtcNow(), user.AsChanger());
        request.Describe(point, act);
        db.Points.Add(point);
        db.PublishChanged(point, time);
        return point;
    }

    public static StateChanger AsChanger(this ClaimsPrincipal user) => new(user.AccountId(), user.AccountName());
}
