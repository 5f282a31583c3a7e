using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Enrolment;

/// <param name="Code">Shown this once; only its hash is kept.</param>
internal sealed record EnrolmentCodeAnswer(string Code, DateTimeOffset ExpiresAt);

internal static class IssueEnrolmentCode
{
    public static async Task<Results<Created<EnrolmentCodeAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        EnrolmentOptions options,
        TimeProvider time,
        ILogger<EnrolmentCode> log,
        CancellationToken ct
    )
    {
        var point = await db.PointsOf(user.PlaceFor(Policies.Operate)).SingleOrDefaultAsync(p => p.Id == id, ct);
        if (point is null)
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        if (point.State is not (PointState.Planned or PointState.Active))
        {
            return PointRegistryProblems.WrongState.With(
                "Điểm đang tạm ngừng hoặc đã đóng nên không cấp mã kích hoạt được.",
                ("state", point.State)
            );
        }
        var now = time.GetUtcNow();
        var open = db.EnrolmentCodes.Where(c => c.PointId == id && c.UsedAt == null && c.ReplacedAt == null);
        await foreach (var older in open.AsAsyncEnumerable().WithCancellation(ct))
        {
            older.Replace(now);
        }
        var (stored, code) = EnrolmentCode.Issue(id, now, TimeSpan.FromHours(options.CodeHours));
        db.EnrolmentCodes.Add(stored);
        await db.SaveChangesAsync(ct);
        log.LogInformation(
            "Enrolment code {CodeId} for point {PointId} issued by {By}, valid until {ExpiresAt}",
            stored.Id,
            id,
            user.AccountId(),
            stored.ExpiresAt
        );
        return TypedResults.Created((string?)null, new EnrolmentCodeAnswer(code, stored.ExpiresAt));
    }
}
