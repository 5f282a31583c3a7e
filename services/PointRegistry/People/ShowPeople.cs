using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.People;

/// <param name="Roles"><c>manager</c>, <c>officer</c>, or both.</param>
internal sealed record PointPerson(Guid AccountId, string Name, IReadOnlyList<string> Roles);

/// <param name="Staff">Who answers for the point and who runs it.</param>
/// <param name="Teams">The teams of the villages of its commune.</param>
internal sealed record PointPeople(IReadOnlyList<PointPerson> Staff, IReadOnlyList<TeamAnswer> Teams);

internal static class ShowPeople
{
    public static async Task<Results<Ok<PointPeople>, ProblemHttpResult>> Handle(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var point = await db.PointsOf(user.PlaceFor(Policies.Attend))
            .AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == id, ct);
        if (point is null)
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        var now = time.GetUtcNow();
        var today = VietnamDay.Today(time);
        var staff = await db
            .Accounts.AsNoTracking()
            .Where(a => a.PointId == id && a.DisabledAt == null && (a.ExpiresAt == null || a.ExpiresAt > now))
            .OrderBy(a => a.Id)
            .ToListAsync(ct);
        var teams = await db
            .Teams.AsNoTracking()
            .Where(t => t.UnitCode == point.UnitCode && t.Since <= today && (t.Until == null || t.Until > today))
            .Include(t => t.Unit)
            .Include(t => t.Members)
            .OrderBy(t => t.NameKey)
            .ToListAsync(ct);
        return TypedResults.Ok(
            new PointPeople(
                staff.ConvertAll(a => new PointPerson(
                    a.Id,
                    a.Name,
                    [.. a.Roles.Where(r => r is Roles.Manager or Roles.Officer)]
                )),
                teams.ConvertAll(t => TeamAnswer.On(today, t, t.Unit))
            )
        );
    }
}
