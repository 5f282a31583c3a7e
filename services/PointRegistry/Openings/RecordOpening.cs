using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Openings;

internal static class RecordOpening
{
    public static async Task<Results<Created<OpeningAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        OpeningRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Opening> log,
        CancellationToken ct
    )
    {
        if (!await db.PointsOf(user.PlaceFor(Policies.Attend)).AnyAsync(p => p.Id == id, ct))
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        await using var transaction = await PlaceLock.Of(db, $"openings {id}", ct);
        var now = time.GetUtcNow();
        if (await request.Fault(db, id, null, now, ct) is { } fault)
        {
            return fault;
        }
        var opening = Opening.Record(Guid.CreateVersion7(now), id, request, now, user.AsChanger());
        db.Openings.Add(opening);
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("Opening {OpeningId} of point {PointId} recorded by {By}", opening.Id, id, user.AccountId());
        return TypedResults.Created((string?)null, OpeningAnswer.Of(opening));
    }
}
