using System.Security.Claims;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

/// <param name="UnitCode">With the role <c>commune</c>.</param>
/// <param name="PointId">With the roles <c>manager</c> and <c>officer</c>.</param>
/// <param name="ExpiresAt">For an account that is for a time only.</param>
/// <param name="Act">The number, or the id, of the act by which the roles were given.</param>
internal sealed record CreateAccountRequest(
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    string Password,
    string? UnitCode = null,
    Guid? PointId = null,
    DateTimeOffset? ExpiresAt = null,
    string? Act = null
)
{
    public override string ToString() => $"{nameof(CreateAccountRequest)} {{ {UserName} }}";
}

internal static class CreateAccount
{
    public static async Task<Results<Created<AccountAnswer>, ProblemHttpResult>> Handle(
        CreateAccountRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        IPasswordHasher<Account> hasher,
        TimeProvider time,
        ILogger<Account> log,
        CancellationToken ct
    )
    {
        var userName = Account.Normalize(request.UserName);
        if (!Account.IsUserName(userName))
        {
            return PointRegistryProblems.UserNameInvalid.With(
                "Tên đăng nhập gồm 3 đến 64 ký tự: chữ không dấu, số và các dấu . _ - @, bắt đầu bằng chữ hoặc số."
            );
        }
        if (PasswordRules.Fault(request.Password, userName) is { } fault)
        {
            return PointRegistryProblems.PasswordTooWeak.With(fault);
        }
        var account = Account.Create(userName, request.Name, request.Roles, time.GetUtcNow());
        var terms = new AccountTerms(
            request.Name,
            request.Roles,
            request.UnitCode,
            request.PointId,
            request.ExpiresAt,
            request.Act
        );
        if (await terms.Apply(account, db, time, ct) is { } refusal)
        {
            return refusal;
        }
        account.PasswordHash = hasher.HashPassword(account, request.Password);
        db.Accounts.Add(account);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (DatabaseFaults.IsUniqueViolation(taken))
        {
            return PointRegistryProblems.UserNameTaken.With($"Đã có tài khoản mang tên «{userName}».");
        }
        log.LogInformation(
            "Account {AccountId} with roles {Roles} created by {By}",
            account.Id,
            account.Roles,
            user.AccountId()
        );
        return TypedResults.Created((string?)null, AccountAnswer.Of(account));
    }
}
