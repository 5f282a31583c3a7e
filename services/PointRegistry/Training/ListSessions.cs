using System.Security.Claims;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Training;

internal sealed record AttendanceAnswer(Guid? AccountId, Guid? MemberId, string? Name, bool Completed);

/// <param name="Place">What the place was called then.</param>
/// <param name="UnitCode">The commune where that is today.</param>
/// <param name="Heads">How many citizens came.</param>
/// <param name="Attendances">Left out in lists, and where citizens were taught.</param>
internal sealed record SessionAnswer(
    Guid Id,
    Guid CourseId,
    string Course,
    SessionKind Kind,
    DateOnly HeldOn,
    string Place,
    Guid? PointId,
    string? UnitCode,
    string Trainer,
    int? Heads,
    IReadOnlyDictionary<string, int>? HeadsByLanguage,
    IReadOnlyList<AttendanceAnswer>? Attendances = null
)
{
    public static SessionAnswer Of(TrainingSession session) =>
        new(
            session.Id,
            session.Course.Id,
            session.Course.Name,
            session.Kind,
            session.HeldOn,
            session.PlaceName,
            session.Point?.Id,
            session.Place,
            session.Trainer,
            session.Heads,
            session.HeadsByLanguage.Count > 0 ? session.HeadsByLanguage : null
        );
}

/// <summary>Which sessions a list is to hold.</summary>
/// <param name="Course">Only of this course.</param>
/// <param name="Kind"><c>staff</c> or <c>citizens</c>.</param>
/// <param name="Point">Only at this point.</param>
/// <param name="Unit">Only in the unit with this code, in all units below it and at their points.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
internal sealed record SessionFilter(
    Guid? Course,
    Word<SessionKind>? Kind,
    Guid? Point,
    string? Unit,
    DateOnly? From,
    DateOnly? To
);

internal static class ListSessions
{
    private const string Order = "day";

    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>, with the same filters.</param>
    public static async Task<Results<Ok<Page<SessionAnswer>>, ProblemHttpResult>> Handle(
        [AsParameters] SessionFilter filter,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var rows = db.SessionsOf(user.PlaceFor(Policies.Attend))
            .AsNoTracking()
            .Include(s => s.Course)
            .Include(s => s.Point)
            .Where(s => filter.Course == null || s.CourseId == filter.Course)
            .Where(s => filter.Point == null || s.PointId == filter.Point)
            .Where(s => filter.From == null || s.HeldOn >= filter.From)
            .Where(s => filter.To == null || s.HeldOn <= filter.To);
        if (filter.Kind?.Value is { } kind)
        {
            rows = rows.Where(s => s.Kind == kind);
        }
        if (filter.Unit is { Length: > 0 } unit)
        {
            var codes = (await UnitMap.Load(db, VietnamDay.Today(time), ct)).Below(unit);
            rows = rows.Where(s => codes.Contains(s.UnitCode!) || codes.Contains(s.Point!.UnitCode));
        }
        if (after is { Length: > 0 })
        {
            if (Cursor.Read(after, Order) is not { } last)
            {
                return PointRegistryProblems.CursorInvalid.With(
                    "Dấu trang không thuộc danh sách này. Hãy bắt đầu lại từ trang đầu."
                );
            }
            rows = rows.Where(s => s.DayKey.CompareTo(last) < 0);
        }
        var size = Paging.Size(limit);
        var page = await rows.OrderByDescending(s => s.DayKey).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(Paging.Cut(page, size, s => Cursor.Write(Order, s.DayKey), SessionAnswer.Of));
    }

    public static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> One(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        CancellationToken ct
    ) =>
        await db.SessionsOf(user.PlaceFor(Policies.Attend)).Find(id, ct) is { } session
            ? TypedResults.Ok(await Whole(db, session, ct))
            : PointRegistryProblems.SessionNotFound.With();

    public static Task<TrainingSession?> Find(
        this IQueryable<TrainingSession> sessions,
        Guid id,
        CancellationToken ct
    ) =>
        sessions
            .Include(s => s.Course)
            .Include(s => s.Point)
            .Include(s => s.Attendances)
            .SingleOrDefaultAsync(s => s.Id == id, ct);

    /// <summary>With who was there; names as they are now.</summary>
    public static async Task<SessionAnswer> Whole(PointRegistryDb db, TrainingSession session, CancellationToken ct)
    {
        if (session.Kind is SessionKind.Citizens)
        {
            return SessionAnswer.Of(session);
        }
        var accounts = session.Attendances.Select(a => a.AccountId).ToList();
        var members = session.Attendances.Select(a => a.MemberId).ToList();
        var names = await db.Accounts.Where(a => accounts.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Name, ct);
        foreach (var member in await db.TeamMembers.Where(m => members.Contains(m.Id)).ToListAsync(ct))
        {
            names[member.Id] = member.Name;
        }
        return SessionAnswer.Of(session) with
        {
            Attendances =
            [
                .. session
                    .Attendances.OrderBy(a => a.Id)
                    .Select(a => new AttendanceAnswer(
                        a.AccountId,
                        a.MemberId,
                        names.GetValueOrDefault((a.AccountId ?? a.MemberId)!.Value),
                        a.Completed
                    )),
            ],
        };
    }
}
