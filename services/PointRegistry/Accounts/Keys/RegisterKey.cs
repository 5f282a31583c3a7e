using System.Security.Claims;
using System.Text.Json;
using LaiChau.PointRegistry.Points;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts.Keys;

/// <param name="Name">Which machine or system it is for.</param>
/// <param name="PublicKey">An EC key on P-256: a JWK, or its PEM as text.</param>
internal sealed record RegisterKeyRequest(string Name, JsonElement PublicKey);

/// <summary>A key made by its owner, entered by the owner or by an administrator: from then on it is the account's.</summary>
internal static class RegisterKey
{
    private const int Longest = 100;
    private const int Most = 20;

    public static Task<Results<Created<AccountKeyAnswer>, ProblemHttpResult>> Own(
        RegisterKeyRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<AccountKey> log,
        CancellationToken ct
    ) => Handle(user.AccountId(), request, user, db, time, log, ct);

    public static async Task<Results<Created<AccountKeyAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        RegisterKeyRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<AccountKey> log,
        CancellationToken ct
    )
    {
        if (!await db.Accounts.AnyAsync(a => a.Id == id, ct))
        {
            return PointRegistryProblems.AccountNotFound.With();
        }
        var name = request.Name.Trim();
        if (name.Length is 0 or > Longest)
        {
            return PointRegistryProblems.Invalid("name", $"Tên khóa phải có từ 1 đến {Longest} ký tự.");
        }
        if (PointKey.Parse(request.PublicKey) is not { } key)
        {
            return PointRegistryProblems.KeyInvalid.With(
                "Đây không phải khóa công khai EC P-256 (JWK hoặc PEM). Khóa riêng thì không bao giờ gửi đi."
            );
        }
        if (await db.AccountKeys.CountAsync(k => k.AccountId == id && k.RevokedAt == null, ct) >= Most)
        {
            return PointRegistryProblems.TooManyKeys.With(
                $"Một tài khoản có nhiều nhất {Most} khóa đang dùng. Hãy thu hồi khóa cũ trước."
            );
        }
        var added = AccountKey.Of(id, name, key, time.GetUtcNow());
        db.AccountKeys.Add(added);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (DatabaseFaults.IsUniqueViolation(taken))
        {
            return PointRegistryProblems.KeyInUse.With(
                "Khóa này đã được đăng ký, hoặc đã bị thu hồi. Hãy tạo khóa mới."
            );
        }
        log.LogInformation(
            "Key {Thumbprint} of account {AccountId} registered by {By}",
            key.Thumbprint,
            id,
            user.AccountId()
        );
        return TypedResults.Created((string?)null, AccountKeyAnswer.Of(added));
    }
}
