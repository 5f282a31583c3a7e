using LaiChau.PointRegistry.Tokens;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.SecondFactors;

/// <summary>The one place where a second factor is tried. No code counts twice, and guesses are counted for each account.</summary>
internal sealed class CheckSecondFactor(
    PointRegistryDb db,
    Attempts attempts,
    SecondFactorKeys keys,
    IdentitySettings settings,
    ILogger<CheckSecondFactor> log
)
{
    private const string Kind = "second-factor";

    /// <summary>Set by <see cref="Verify"/> when the account's second factor is locked for a while.</summary>
    public DateTimeOffset? LockedUntil { get; private set; }

    /// <param name="typed">Six digits of the app, or a recovery code.</param>
    public async Task<bool> Verify(Account account, string typed, CancellationToken ct)
    {
        var subject = account.Id.ToString();
        if (await IsLocked())
        {
            return false;
        }
        if (!await TakeCode(account, typed, ct) && !await TakeRecoveryCode(account, typed, ct))
        {
            await attempts.CountFailure(Kind, subject, TimeSpan.FromMinutes(settings.LockoutMinutes), ct);
            log.LogWarning("Second factor refused for account {AccountId}", account.Id);
            db.Note("refused", Kind, subject, new() { ["code"] = "second-factor-wrong" });
            await db.SaveChangesAsync(ct);
            return false;
        }
        // Guesses made at the same moment have been counted meanwhile: the right one among them is still a guess.
        if (await IsLocked())
        {
            return false;
        }
        await attempts.Forget(Kind, subject, ct);
        return true;

        async Task<bool> IsLocked() =>
            (LockedUntil = await attempts.BlockedUntil(Kind, subject, settings.LockoutAttempts, ct)) is not null;
    }

    private async Task<bool> TakeCode(Account account, string typed, CancellationToken ct)
    {
        var digits = string.Concat(typed.Where(c => !char.IsWhiteSpace(c)));
        if (
            account.SecondFactorKey is null
            || digits.Length != 6
            || keys.StepOf(digits, keys.Unprotect(account.SecondFactorKey)) is not { } step
        )
        {
            return false;
        }
        // Whoever looked over a shoulder comes too late; of two at once the database lets in one.
        var taken = await db
            .Accounts.Where(a => a.Id == account.Id && a.SecondFactorStep < step)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.SecondFactorStep, step), ct);
        return taken == 1;
    }

    private async Task<bool> TakeRecoveryCode(Account account, string typed, CancellationToken ct)
    {
        if (TypedCode.HashOf(typed) is not { } hash)
        {
            return false;
        }
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var codes = db.Set<RecoveryCode>().Where(c => c.AccountId == account.Id);
        if (await codes.Where(c => c.CodeHash == hash).ExecuteDeleteAsync(ct) == 0)
        {
            return false;
        }
        db.Note("used", "recovery-code", account.Id.ToString(), new() { ["left"] = await codes.CountAsync(ct) });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
