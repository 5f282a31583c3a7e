using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>Another name, other roles, another place, another end: the tokens issued until then are void.</summary>
internal static class ChangeAccount
{
    public static async Task<Results<Ok<AccountAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        AccountTerms terms,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Account> log,
        CancellationToken ct
    )
    {
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct);
        if (account is null)
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        if (account.ErasedAt is not null)
        {
            return PointRegistryProblems.Erased();
        }
        if (id == user.AccountId() && !terms.Roles.Order().SequenceEqual(account.Roles.Order()))
        {
            return PointRegistryProblems.OwnAccount.With("Không thể tự đổi vai trò của chính mình.");
        }
        if (await terms.Apply(account, db, time, ct) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(ct);
        log.LogInformation("Account {AccountId} changed by {By}", id, user.AccountId());
        return TypedResults.Ok(AccountAnswer.Of(account));
    }
}
