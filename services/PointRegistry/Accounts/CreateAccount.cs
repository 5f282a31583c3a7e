using System.Security.Claims;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

internal sealed record CreateAccountRequest(string UserName, string Name, IReadOnlyList<string> Roles, string Password)
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
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 200)
        {
            return PointRegistryProblems.Invalid("name", "Họ tên phải có từ 1 đến 200 ký tự.");
        }
        if (request.Roles.Count == 0 || request.Roles.Any(r => !Roles.OfAccounts.Contains(r)))
        {
            return PointRegistryProblems.RoleUnknown.With(
                $"Cần ít nhất một vai trò trong số: {string.Join(", ", Roles.OfAccounts)}."
            );
        }
        if (PasswordRules.Fault(request.Password, userName) is { } fault)
        {
            return PointRegistryProblems.PasswordTooWeak.With(fault);
        }
        var account = Account.Create(userName, request.Name.Trim(), request.Roles.Distinct(), time.GetUtcNow());
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
