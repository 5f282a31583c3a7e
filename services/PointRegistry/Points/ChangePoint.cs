using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

internal static class ChangePoint
{
    public static async Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Handle(
        Guid id,
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
        var point = await db.Points.Include(p => p.Unit).SingleOrDefaultAsync(p => p.Id == id, ct);
        if (point is null)
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        if (point.State is PointState.Closed)
        {
            return PointRegistryProblems.WrongState.With("Điểm đã đóng nên không sửa được nữa.");
        }
        var (unit, refusal) = await request.FindUnit(db, time, ct);
        if (unit is null)
        {
            return refusal!;
        }
        point.Name = request.Name.Trim();
        point.Join(unit);
        point.Languages = [.. request.Languages];
        point.Feeds = [.. request.Feeds ?? point.Feeds];
        (point.Latitude, point.Longitude) = (request.Latitude, request.Longitude);
        if (db.ChangeTracker.HasChanges())
        {
            point.Changed();
            db.PublishChanged(point, time);
            await db.SaveChangesAsync(ct);
            log.LogInformation("Point {PointId} changed by {By}", point.Id, user.AccountId());
        }
        return TypedResults.Ok(PointAnswer.Of(point));
    }
}
