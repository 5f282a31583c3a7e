using System.Security.Claims;
using LaiChau.PointRegistry.People;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Training;

/// <summary>An account, or a member of a team.</summary>
internal sealed record AttendanceRow(bool Completed, Guid? AccountId = null, Guid? MemberId = null);

internal sealed record AttendanceRequest(IReadOnlyList<AttendanceRow> People);

/// <summary>Says who was there and who completed it. Whoever is named again is corrected, the others stay.</summary>
internal static class RecordAttendance
{
    private const int MostPeople = 1000;

    public static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        AttendanceRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Attendance> log,
        CancellationToken ct
    )
    {
        var place = user.ManagedUnits();
        if (await db.SessionsOf(place).Find(id, ct) is not { } session)
        {
            return PointRegistryProblems.SessionNotFound.With();
        }
        if (OfCitizens(session) is { } refusal)
        {
            return refusal;
        }
        if (request.People is not { Count: > 0 and <= MostPeople })
        {
            return PointRegistryProblems.Invalid("people", $"Cần từ 1 đến {MostPeople} người.");
        }
        var known = await Trainees.Of(db, place, time, ct);
        foreach (var row in request.People)
        {
            // JSON may hold null where a list says it does not.
            if (row is null || known.Find(t => t.Is(row.AccountId, row.MemberId)) is not { } person)
            {
                return PointRegistryProblems.PersonUnknown.With(
                    $"Không có ai mang mã «{row?.AccountId ?? row?.MemberId}» trong phạm vi của tài khoản này."
                );
            }
            session.Record(person, row.Completed);
        }
        if (await Save(db, ct) is { } conflict)
        {
            return conflict;
        }
        log.LogInformation("{People} noted at session {SessionId} by {By}", request.People.Count, id, user.AccountId());
        return TypedResults.Ok(await ListSessions.Whole(db, session, ct));
    }

    /// <summary>Somebody may have named the same person at the same moment.</summary>
    public static async Task<ProblemHttpResult?> Save(PointRegistryDb db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return null;
        }
        catch (DbUpdateException taken) when (DatabaseFaults.IsUniqueViolation(taken))
        {
            return Problem.Conflict.With("Danh sách vừa được người khác ghi. Hãy tải lại rồi ghi tiếp.");
        }
    }

    public static ProblemHttpResult? OfCitizens(TrainingSession session) =>
        session.Kind is SessionKind.Citizens
            ? PointRegistryProblems.SessionOfCitizens.With(
                "Đây là buổi học của người dân: chỉ ghi số người học, không ghi tên ai."
            )
            : null;
}
