using System.Security.Claims;
using LaiChau.PointRegistry.People;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Training;

/// <param name="PointId">Where it was held; or else <paramref name="UnitCode"/>.</param>
/// <param name="Heads">How many citizens came; for a session for citizens only.</param>
/// <param name="HeadsByLanguage">How many of them were taught in which language, by BCP-47 tag; may be left out.</param>
internal sealed record SessionRequest(
    Guid CourseId,
    SessionKind Kind,
    DateOnly HeldOn,
    string Trainer,
    Guid? PointId = null,
    string? UnitCode = null,
    int? Heads = null,
    IReadOnlyDictionary<string, int>? HeadsByLanguage = null
)
{
    private const int MostHeads = 10_000;

    public ProblemHttpResult? Fault(DateOnly today) =>
        Trainer.Trim() is not { Length: > 0 and <= 200 }
            ? PointRegistryProblems.Invalid("trainer", "Tên người dạy phải có từ 1 đến 200 ký tự.")
        : HeldOn > today || HeldOn < today.AddYears(-20)
            ? PointRegistryProblems.Invalid("heldOn", "Ngày học không ở tương lai, và không quá 20 năm trước.")
        : PointId is null == UnitCode is null
            ? PointRegistryProblems.Invalid("pointId", "Cần ghi điểm, hoặc xã, phường nếu không học tại điểm nào.")
        : Kind is SessionKind.Citizens != Heads is not null
            ? PointRegistryProblems.Invalid(
                "heads",
                "Buổi học của người dân cần số người học; buổi học của cán bộ thì ghi danh sách người học."
            )
        : Heads is < 1 or > MostHeads ? PointRegistryProblems.Invalid("heads", $"Số người học từ 1 đến {MostHeads}.")
        : HeadsByLanguage is { Count: > 0 } counted
        && (
            Heads is null
            || counted.Count > 20
            || counted.Any(c => c.Key.Length is 0 or > 35 || c.Value < 1)
            || counted.Values.Sum(v => (long)v) > Heads
        )
            ? PointRegistryProblems.Invalid(
                "headsByLanguage",
                "Số người học theo ngôn ngữ phải từ 1 và cộng lại không quá số người học; nhiều nhất 20 ngôn ngữ."
            )
        : null;
}

internal static class HoldSession
{
    public static async Task<Results<Created<SessionAnswer>, ProblemHttpResult>> Handle(
        SessionRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<TrainingSession> log,
        CancellationToken ct
    )
    {
        var today = VietnamDay.Today(time);
        if (request.Fault(today) is { } fault)
        {
            return fault;
        }
        await using var transaction = await PlaceLock.Shared(db, ct);
        if (await db.Courses.SingleOrDefaultAsync(c => c.Id == request.CourseId, ct) is not { } course)
        {
            return PointRegistryProblems.CourseNotFound.With();
        }
        var place = user.ManagedUnits();
        Point? point = null;
        Unit? unit = null;
        string placeName;
        if (request.PointId is { } pointId)
        {
            point = await db.PointsOf(place)
                .Include(p => p.Unit)
                .Include(p => p.Memberships)
                    .ThenInclude(m => m.Unit)
                .SingleOrDefaultAsync(p => p.Id == pointId, ct);
            if (point is null)
            {
                return PointRegistryProblems.PointNotFound.With();
            }
            var then = point.Memberships.Find(m => m.Holds(request.HeldOn))?.Unit ?? point.Unit;
            placeName = $"{point.Name}, {then.FullName}";
        }
        else
        {
            var (places, refusal) = await FindCommune.In(db, request.UnitCode!, today, ct);
            if (places is null)
            {
                return refusal!;
            }
            unit = places[0].Unit;
            if (!place.Covers(unit.Code, Guid.Empty))
            {
                return PointRegistryProblems.UnitOutOfPlace.With(
                    $"{unit.FullName} không thuộc phạm vi của tài khoản này."
                );
            }
            placeName = unit.FullName;
        }
        var session = TrainingSession.Held(course, request, point, unit, placeName, time.GetUtcNow());
        db.TrainingSessions.Add(session);
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("Session {SessionId} of {CourseId} noted by {By}", session.Id, course.Id, user.AccountId());
        return TypedResults.Created($"/api/points/training/sessions/{session.Id}", SessionAnswer.Of(session));
    }
}
