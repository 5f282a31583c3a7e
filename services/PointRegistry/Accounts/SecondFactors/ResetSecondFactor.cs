using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.SecondFactors;

/// <summary>For who lost the telephone and the recovery codes: the next sign-in sets a second factor up again.</summary>
internal static class ResetSecondFactor
{
    public static async Task<Results<Ok<AccountAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Account> log,
        CancellationToken ct
    )
    {
        if (id == user.AccountId())
        {
            return PointRegistryProblems.OwnAccount.With(
                "Không thể tự đặt lại xác thực hai lớp của chính mình. Hãy nhờ quản trị viên khác."
            );
        }
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct);
        if (account is null)
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        account.ClearSecondFactor();
        account.SignOutEverywhere(time.GetUtcNow());
        db.RemoveRange(await db.Set<RecoveryCode>().Where(c => c.AccountId == id).ToListAsync(ct));
        await db.SaveChangesAsync(ct);
        log.LogInformation("Second factor of account {AccountId} reset by {By}", id, user.AccountId());
        return TypedResults.Ok(AccountAnswer.Of(account));
    }
}
