using System.Globalization;
using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Rules;

internal static class ListRules
{
    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Page<RulesAnswer>> Handle(
        int? limit,
        int? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var query = db.Rules.AsNoTracking();
        if (after is not null)
        {
            query = query.Where(r => r.Version < after);
        }
        var size = Paging.Size(limit);
        var rows = await query.OrderByDescending(r => r.Version).Take(size + 1).ToListAsync(ct);
        var inForce = await RulesInForce.Today(db, time, ct);
        var accepted = await db
            .RulesAcceptances.Where(a => a.AccountId == user.AccountId())
            .ToDictionaryAsync(a => a.Version, a => a.At, ct);
        return Paging.Cut(
            rows,
            size,
            r => r.Version.ToString(CultureInfo.InvariantCulture),
            r => RulesAnswer.Of(r, inForce, accepted.TryGetValue(r.Version, out var at) ? at : null, withText: false)
        );
    }

    public static async Task<Results<Ok<RulesAnswer>, ProblemHttpResult>> InForce(
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    ) =>
        await RulesInForce.Today(db, time, ct) is { } version
            ? await One(version, user, db, time, ct)
            : PointRegistryProblems.RulesNotFound.With("Hiện không có quy chế nào đang có hiệu lực.");

    public static async Task<Results<Ok<RulesAnswer>, ProblemHttpResult>> One(
        int version,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (await db.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Version == version, ct) is not { } rules)
        {
            return PointRegistryProblems.RulesNotFound.With();
        }
        var accepted = await db.RulesAcceptances.FindAsync([user.AccountId(), version], ct);
        return TypedResults.Ok(RulesAnswer.Of(rules, await RulesInForce.Today(db, time, ct), accepted?.At));
    }
}
