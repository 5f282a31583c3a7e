using LaiChau.PointRegistry.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>
/// The one place where a password is tried, from the sign-in page and from client credentials. An unknown name takes as long, and is locked
/// for as long, as a known one: nobody learns here which names exist.
/// </summary>
internal sealed class CheckPassword(
    PointRegistryDb db,
    Attempts attempts,
    IPasswordHasher<Account> hasher,
    IdentitySettings options,
    TimeProvider time,
    ILogger<CheckPassword> log
)
{
    private const string Kind = "sign-in";
    private static string? hashOfNobody;

    /// <summary>Set by <see cref="Verify"/> when the name is locked for a while.</summary>
    public DateTimeOffset? LockedUntil { get; private set; }

    /// <summary>The account, if the password is its own and it may sign in.</summary>
    public async Task<Account?> Verify(string typedName, string password, CancellationToken ct)
    {
        var userName = Account.Normalize(typedName);
        LockedUntil = await attempts.BlockedUntil(Kind, userName, options.LockoutAttempts, ct);
        if (LockedUntil is not null)
        {
            return null;
        }
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.UserName == userName, ct);
        var hash =
            account?.PasswordHash ?? (hashOfNobody ??= hasher.HashPassword(null!, Guid.CreateVersion7().ToString()));
        var outcome = hasher.VerifyHashedPassword(account!, hash, password);
        if (account is null || !account.MaySignIn(time.GetUtcNow()) || outcome is PasswordVerificationResult.Failed)
        {
            await attempts.CountFailure(Kind, userName, TimeSpan.FromMinutes(options.LockoutMinutes), ct);
            log.LogWarning("Sign-in refused for account {AccountId}", account?.Id);
            return null;
        }
        // Guesses made at the same moment have been counted meanwhile: the right one among them is still a guess.
        LockedUntil = await attempts.BlockedUntil(Kind, userName, options.LockoutAttempts, ct);
        if (LockedUntil is not null)
        {
            return null;
        }
        await attempts.Forget(Kind, userName, ct);
        if (outcome is PasswordVerificationResult.SuccessRehashNeeded)
        {
            account.PasswordHash = hasher.HashPassword(account, password);
            await db.SaveChangesAsync(ct);
        }
        return account;
    }
}
