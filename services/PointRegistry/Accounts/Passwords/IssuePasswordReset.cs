using System.Security.Claims;
using LaiChau.PointRegistry.Tokens;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Passwords;

/// <param name="Code">Shown this once; only its hash is kept. It is not part of the page's address: addresses end up in logs.</param>
/// <param name="Page">Where it is typed in.</param>
internal sealed record PasswordResetAnswer(string Code, Uri Page, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"{nameof(PasswordResetAnswer)} {{ {ExpiresAt} }}";
}

internal static class IssuePasswordReset
{
    public static async Task<Results<Created<PasswordResetAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ClaimsPrincipal user,
        PointRegistryDb db,
        IdentitySettings settings,
        TimeProvider time,
        ILogger<PasswordReset> log,
        CancellationToken ct
    )
    {
        if (!await db.Accounts.AnyAsync(a => a.Id == id, ct))
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        var now = time.GetUtcNow();
        foreach (
            var older in await db.PasswordResets.Where(r => r.AccountId == id && r.EndedAt == null).ToListAsync(ct)
        )
        {
            older.End(now);
        }
        var (stored, code) = PasswordReset.Issue(id, now);
        db.PasswordResets.Add(stored);
        await db.SaveChangesAsync(ct);
        log.LogInformation(
            "Password reset {ResetId} for account {AccountId} issued by {By}",
            stored.Id,
            id,
            user.AccountId()
        );
        return TypedResults.Created(
            (string?)null,
            new PasswordResetAnswer(code, new Uri(settings.Issuer, ResetPassword.Path), stored.ExpiresAt)
        );
    }
}
