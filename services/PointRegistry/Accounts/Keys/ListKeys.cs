using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Keys;

internal static class ListKeys
{
    public static Task<Results<Ok<Page<AccountKeyAnswer>>, ProblemHttpResult>> Own(
        ClaimsPrincipal user,
        PointRegistryDb db,
        CancellationToken ct
    ) => Handle(user.AccountId(), db, ct);

    public static async Task<Results<Ok<Page<AccountKeyAnswer>>, ProblemHttpResult>> Handle(
        Guid id,
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        if (!await db.Accounts.AnyAsync(a => a.Id == id, ct))
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        var keys = await db.AccountKeys.AsNoTracking().Where(k => k.AccountId == id).OrderBy(k => k.Id).ToListAsync(ct);
        return TypedResults.Ok(new Page<AccountKeyAnswer>(keys.ConvertAll(AccountKeyAnswer.Of)));
    }
}
