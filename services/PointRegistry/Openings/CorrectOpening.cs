using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Openings;

/// <summary>Puts an entry right, or strikes it out. What stood there stays readable, with who changed it and when.</summary>
internal static class CorrectOpening
{
    public static Task<Results<Ok<OpeningAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        OpeningRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Opening> log,
        CancellationToken ct
    ) =>
        Apply(
            id,
            http,
            user,
            db,
            log,
            async opening =>
            {
                if (await request.Fault(db, opening.PointId, id, time.GetUtcNow(), ct) is { } fault)
                {
                    return fault;
                }
                if ((request.From, request.To, request.Text) != (opening.OpenedAt, opening.ClosedAt, opening.Note))
                {
                    opening.Correct(request, time.GetUtcNow(), user.AsChanger());
                }
                return null;
            },
            ct
        );

    public static async Task<Results<Ok<OpeningAnswer>, ProblemHttpResult>> Strike(
        Guid id,
        ReasonRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Opening> log,
        CancellationToken ct
    ) =>
        request.Reason.Trim() is not { Length: > 0 and <= 1000 } reason
            ? PointRegistryProblems.Invalid("reason", "Cần ghi lý do, không quá 1000 ký tự.")
            : await Apply(
                id,
                http,
                user,
                db,
                log,
                opening =>
                {
                    opening.Strike(reason, time.GetUtcNow(), user.AsChanger());
                    return Task.FromResult<ProblemHttpResult?>(null);
                },
                ct
            );

    private static async Task<Results<Ok<OpeningAnswer>, ProblemHttpResult>> Apply(
        Guid id,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        ILogger<Opening> log,
        Func<Opening, Task<ProblemHttpResult?>> change,
        CancellationToken ct
    )
    {
        var mine = db.PointsOf(user.PlaceFor(Policies.Attend));
        var point = await db
            .Openings.Where(o => o.Id == id && mine.Any(p => p.Id == o.PointId))
            .Select(o => (Guid?)o.PointId)
            .SingleOrDefaultAsync(ct);
        if (point is null)
        {
            return PointRegistryProblems.OpeningNotFound.With();
        }
        await using var transaction = await PlaceLock.Of(db, $"openings {point}", ct);
        var opening = await db.Openings.Include(o => o.Corrections).SingleAsync(o => o.Id == id, ct);
        if (!http.Means(opening.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile("Lần mở cửa");
        }
        if (opening.IsStruck)
        {
            return PointRegistryProblems.OpeningStruck.With("Lần mở cửa này đã bị gạch bỏ nên không sửa được nữa.");
        }
        if (await change(opening) is { } fault)
        {
            return fault;
        }
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("Opening {OpeningId} of point {PointId} corrected by {By}", id, point, user.AccountId());
        return TypedResults.Ok(OpeningAnswer.Of(opening));
    }
}
