using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Keys;

/// <summary>A key that was lost, or is no longer needed. What was issued to the account until then is void (<see cref="Tokens.Revocation"/>).</summary>
internal static class RevokeKey
{
    public static Task<Results<Ok<AccountKeyAnswer>, ProblemHttpResult>> Own(
        Guid keyId,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<AccountKey> log,
        CancellationToken ct
    ) => Handle(user.AccountId(), keyId, user, db, time, log, ct);

    public static async Task<Results<Ok<AccountKeyAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        Guid keyId,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<AccountKey> log,
        CancellationToken ct
    )
    {
        var key = await db.AccountKeys.SingleOrDefaultAsync(k => k.Id == keyId && k.AccountId == id, ct);
        if (key is null)
        {
            return PointRegistryProblems.KeyNotFound.With();
        }
        key.Revoke(time.GetUtcNow());
        await db.SaveChangesAsync(ct);
        log.LogInformation(
            "Key {Thumbprint} of account {AccountId} revoked by {By}",
            key.Thumbprint,
            id,
            user.AccountId()
        );
        return TypedResults.Ok(AccountKeyAnswer.Of(key));
    }
}
