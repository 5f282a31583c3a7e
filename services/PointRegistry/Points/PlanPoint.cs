using System.Security.Claims;
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
        var (unit, refusal) = await request.FindUnit(db, time, ct);
        if (unit is null)
        {
            return refusal!;
        }
        var point = Point.Plan(
            request.Name.Trim(),
            unit,
            [.. request.Languages],
            [.. request.Feeds ?? [Point.ProvinceFeed]],
            time.GetUtcNow()
        );
        (point.Latitude, point.Longitude) = (request.Latitude, request.Longitude);
        db.Points.Add(point);
        db.PublishChanged(point, time);
        await db.SaveChangesAsync(ct);
        log.LogInformation("Point {PointId} planned in {UnitCode} by {By}", point.Id, unit.Code, user.AccountId());
        return TypedResults.Created($"/api/points/{point.Id}", PointAnswer.Of(point));
    }
}
