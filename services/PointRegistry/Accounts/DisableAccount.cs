using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>A disabled account gets no more tokens; one it holds runs out within its few minutes.</summary>
internal static class DisableAccount
{
    public static Task<Results<Ok<AccountAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Account> log,
        CancellationToken ct
    ) => Set(id, time.GetUtcNow(), user, db, log, ct);

    public static Task<Results<Ok<AccountAnswer>, ProblemHttpResult>> Undo(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        ILogger<Account> log,
        CancellationToken ct
    ) => Set(id, null, user, db, log, ct);

    private static async Task<Results<Ok<AccountAnswer>, ProblemHttpResult>> Set(
        Guid id,
        DateTimeOffset? disabledAt,
        ClaimsPrincipal user,
        PointRegistryDb db,
        ILogger<Account> log,
        CancellationToken ct
    )
    {
        if (id == user.AccountId())
        {
            return PointRegistryProblems.OwnAccount.With("Không thể tự khóa hoặc mở tài khoản của chính mình.");
        }
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct);
        if (account is null)
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        if (account.ErasedAt is not null)
        {
            return PointRegistryProblems.Erased();
        }
        account.DisabledAt = disabledAt is null ? null : account.DisabledAt ?? disabledAt;
        await db.SaveChangesAsync(ct);
        log.LogInformation(
            "Account {AccountId} {Change} by {By}",
            id,
            disabledAt is null ? "enabled" : "disabled",
            user.AccountId()
        );
        return TypedResults.Ok(AccountAnswer.Of(account));
    }
}
