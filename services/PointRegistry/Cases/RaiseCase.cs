using System.Security.Claims;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Cases;

/// <param name="PointId">The point that it is about; or else <paramref name="UnitCode"/>.</param>
/// <param name="UnitCode">The commune that it is about, where it is about no point.</param>
/// <param name="Equipment">Name or serial number of one of the point's things.</param>
/// <param name="Assignee">Left out: whoever runs the point, or the commune.</param>
internal sealed record RaiseCaseRequest(
    CaseKind Kind,
    string Title,
    string? Description = null,
    Guid? PointId = null,
    string? UnitCode = null,
    string? Equipment = null,
    CasePriority Priority = CasePriority.Normal,
    DateOnly? DueOn = null,
    CaseAssignee? Assignee = null
)
{
    public ProblemHttpResult? Fault(DateOnly today) =>
        Title.Trim() is not { Length: > 0 and <= 200 }
            ? PointRegistryProblems.Invalid("title", "Tiêu đề phải có từ 1 đến 200 ký tự.")
        : Description is { Length: > 4000 }
            ? PointRegistryProblems.Invalid("description", "Mô tả không quá 4000 ký tự.")
        : PointId is null == UnitCode is null
            ? PointRegistryProblems.Invalid("pointId", "Cần ghi điểm, hoặc xã, phường nếu việc không của điểm nào.")
        : PointId is null && Equipment is not null
            ? PointRegistryProblems.Invalid("equipment", "Chỉ việc của một điểm mới ghi được thiết bị.")
        : PointId is null && Assignee is CaseAssignee.Officer
            ? PointRegistryProblems.Invalid("assignee", "Việc không của điểm nào thì không giao được cho điểm.")
        : DueOn < today ? PointRegistryProblems.Invalid("dueOn", "Hạn xử lý không được ở trong quá khứ.")
        : null;

    /// <param name="thing">The equipment as the case names it.</param>
    public Case Raise(Guid id, Point? point, Unit? unit, string? thing, DateTimeOffset at, StateChanger by)
    {
        var one = new Case
        {
            Id = id,
            Kind = Kind,
            Title = Title.Trim(),
            Description = Description?.Trim() is { Length: > 0 } description ? description : null,
            Point = point,
            Unit = unit,
            Equipment = thing,
            RaisedById = by.Id,
            RaisedByName = by.Name,
            RaisedAt = at,
        };
        one.Raise(Priority, DueOn, Assignee ?? (point is null ? CaseAssignee.Commune : CaseAssignee.Officer), by);
        return one;
    }
}

internal static class RaiseCase
{
    public static async Task<Results<Created<CaseAnswer>, ProblemHttpResult>> Handle(
        RaiseCaseRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Case> log,
        CancellationToken ct
    )
    {
        var today = VietnamDay.Today(time);
        if (request.Fault(today) is { } fault)
        {
            return fault;
        }
        await using var transaction = await PlaceLock.Shared(db, ct);
        var place = user.PlaceFor(Policies.Attend);
        var (point, unit, refusal) = request.PointId is { } pointId
            ? await AtPoint(db, place, pointId, ct)
            : await InUnit(db, place, request.UnitCode!, today, ct);
        if (refusal is not null)
        {
            return refusal;
        }
        Equipment? thing = null;
        if (request.Equipment?.Trim() is { Length: > 0 } named)
        {
            thing = point!.Equipment.Find(e =>
                SearchText.Lower(e.Name) == SearchText.Lower(named) || e.Serial?.Trim() == named
            );
            if (thing is null)
            {
                return PointRegistryProblems.Invalid("equipment", $"Điểm không có thiết bị nào là «{named}».");
            }
        }
        var now = time.GetUtcNow();
        var by = user.AsChanger();
        var one = request.Raise(Guid.CreateVersion7(now), point, unit, thing?.Called(), now, by);
        db.Cases.Add(one);
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("{Kind} {CaseId} raised by {By} for {Assignee}", one.Kind, one.Id, by.Id, one.Assignee);
        return TypedResults.Created($"/api/points/cases/{one.Id}", CaseAnswer.Whole(one, today));
    }

    internal static async Task<(Point?, Unit?, ProblemHttpResult?)> AtPoint(
        PointRegistryDb db,
        Place place,
        Guid id,
        CancellationToken ct
    ) =>
        await db.PointsOf(place).Include(p => p.Unit).SingleOrDefaultAsync(p => p.Id == id, ct) switch
        {
            null => (null, null, PointRegistryProblems.PointNotFound.With()),
            { State: PointState.Closed } => (null, null, PointRegistryProblems.PointClosed.With("Điểm đã đóng.")),
            var point => (point, null, null),
        };

    private static async Task<(Point?, Unit?, ProblemHttpResult?)> InUnit(
        PointRegistryDb db,
        Place place,
        string code,
        DateOnly today,
        CancellationToken ct
    ) =>
        await FindCommune.In(db, code, today, ct) switch
        {
            (null, var fault) => (null, null, fault),
            var (places, _) when !place.Covers(code, Guid.Empty) => (
                null,
                null,
                PointRegistryProblems.UnitOutOfPlace.With(
                    $"{places[0].Unit.FullName} không thuộc phạm vi của tài khoản này."
                )
            ),
            var (places, _) => (null, places[0].Unit, null),
        };
}
