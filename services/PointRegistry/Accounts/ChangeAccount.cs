using System.Security.Claims;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

internal sealed record ChangeAccountRequest(
    string Name,
    IReadOnlyList<string> Roles,
    string? UnitCode = null,
    Guid? PointId = null,
    DateTimeOffset? ExpiresAt = null
);

/// <summary>Other roles, another place, another end. Holds from the next token on.</summary>
internal static class ChangeAccount
{
    public static async Task<Results<Ok<AccountAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ChangeAccountRequest request,
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
        if (id == user.AccountId() && !request.Roles.Order().SequenceEqual(account.Roles.Order()))
        {
            return PointRegistryProblems.OwnAccount.With("Không thể tự đổi vai trò của chính mình.");
        }
        var (roles, unit, point) = (request.Roles, request.UnitCode, request.PointId);
        if (await AccountTerms.Fault(db, request.Name, roles, unit, point, request.ExpiresAt, time, ct) is { } refusal)
        {
            return refusal;
        }
        account.Name = request.Name.Trim();
        account.Roles = [.. roles.Distinct()];
        (account.UnitCode, account.PointId) = (unit, point);
        account.ExpiresAt = request.ExpiresAt?.ToUniversalTime();
        await db.SaveChangesAsync(ct);
        log.LogInformation("Account {AccountId} changed by {By}", id, user.AccountId());
        return TypedResults.Ok(AccountAnswer.Of(account));
    }
}
