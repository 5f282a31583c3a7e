using System.Security.Claims;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.People;

internal static class ListTeams
{
    private const string Order = "village";

    /// <param name="unit">Only teams of the unit with this code and of all units below it.</param>
    /// <param name="q">Words of the village's or the commune's name, with or without diacritics.</param>
    /// <param name="asOf">Teams, communes and members as on this day; today when left out.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Results<Ok<Page<TeamAnswer>>, ProblemHttpResult>> Handle(
        string? unit,
        string? q,
        DateOnly? asOf,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var day = asOf ?? VietnamDay.Today(time);
        var rows =
            from team in db.TeamsOf(user.PlaceFor(Policies.Attend)).AsNoTracking().Include(t => t.Members)
            from m in db.TeamMemberships
            where m.TeamId == team.Id && m.ValidFrom <= day && (m.ValidTo == null || m.ValidTo > day)
            where team.Since <= day && (team.Until == null || team.Until > day)
            select new { Team = team, m.Unit };
        if (unit is { Length: > 0 })
        {
            var codes = (await UnitMap.Load(db, day, ct)).Below(unit);
            rows = rows.Where(r => codes.Contains(r.Unit.Code));
        }
        foreach (var (word, hasMarks) in SearchText.Words(q ?? ""))
        {
            rows = hasMarks
                ? rows.Where(r => r.Team.SearchText.Contains(word) || r.Unit.SearchText.Contains(word))
                : rows.Where(r => r.Team.SearchPlain.Contains(word) || r.Unit.SearchPlain.Contains(word));
        }
        if (after is { Length: > 0 })
        {
            if (Cursor.Read(after, Order) is not { } last)
            {
                return PointRegistryProblems.CursorInvalid.With(
                    "Dấu trang không thuộc danh sách này. Hãy bắt đầu lại từ trang đầu."
                );
            }
            rows = rows.Where(r => r.Team.NameKey.CompareTo(last) > 0);
        }
        var size = Paging.Size(limit);
        var page = await rows.OrderBy(r => r.Team.NameKey).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(
            Paging.Cut(page, size, r => Cursor.Write(Order, r.Team.NameKey), r => TeamAnswer.On(day, r.Team, r.Unit))
        );
    }

    public static async Task<Results<Ok<TeamAnswer>, ProblemHttpResult>> One(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        CancellationToken ct
    ) =>
        await db.TeamsOf(user.PlaceFor(Policies.Attend)).Find(id, ct) is { } team
            ? TypedResults.Ok(TeamAnswer.Whole(team))
            : PointRegistryProblems.TeamNotFound.With();

    /// <summary>With its members and communes.</summary>
    public static Task<Team?> Find(this IQueryable<Team> teams, Guid id, CancellationToken ct) =>
        teams
            .Include(t => t.Unit)
            .Include(t => t.Members)
            .Include(t => t.Memberships)
                .ThenInclude(m => m.Unit)
            .AsSplitQuery()
            .SingleOrDefaultAsync(t => t.Id == id, ct);

    /// <summary>Whose teams and trainings the user may write down: communes', whatever point he runs besides.</summary>
    public static Place ManagedUnits(this ClaimsPrincipal user) => user.PlaceFor(Policies.Manage) with { Points = [] };
}
