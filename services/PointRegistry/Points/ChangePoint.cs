using System.Security.Claims;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

internal static class ChangePoint
{
    public static async Task<Results<Ok<PointAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        PointProfileRequest request,
        HttpRequest http,
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
        var place = user.PlaceFor(Policies.Manage);
        var point = await db.PointsOf(place)
            .Include(p => p.Unit)
            .Include(p => p.Memberships)
            .SingleOrDefaultAsync(p => p.Id == id, ct);
        if (point is null)
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        if (!http.Means(point.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile();
        }
        if (point.State is PointState.Closed)
        {
            return PointRegistryProblems.WrongState.With("Điểm đã đóng nên không sửa được nữa.");
        }
        var (places, refusal) = await FindCommune.In(db, request.UnitCode, VietnamDay.Today(time), ct);
        if (places is null)
        {
            return refusal!;
        }
        if (!place.Covers(places[0].Unit.Code, point.Id))
        {
            return PointRegistryProblems.UnitOutOfPlace.With(
                "Chỉ bộ phận vận hành của tỉnh mới chuyển được điểm sang xã, phường khác."
            );
        }
        var (act, unknown) = await FindAct.Cited(db, request.Act, ct);
        if (unknown is not null)
        {
            return unknown;
        }
        point.Rename(request.Name.Trim());
        request.Describe(point, act);
        if (places[0].Unit != point.Unit)
        {
            point.Join(places);
        }
        if (db.ChangeTracker.HasChanges())
        {
            point.Changed();
            db.PublishChanged(point, time);
            await db.SaveChangesAsync(ct);
            log.LogInformation("Point {PointId} changed by {By}", point.Id, user.AccountId());
        }
        await transaction.Commit(ct);
        return TypedResults.Ok(PointAnswer.Of(point));
    }
}
