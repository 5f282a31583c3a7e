using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>What an account is for: the same when it is made and when it is changed.</summary>
/// <param name="UnitCode">With the role <c>commune</c>.</param>
/// <param name="PointId">With the roles <c>manager</c> and <c>officer</c>.</param>
/// <param name="ExpiresAt">For an account that is for a time only.</param>
/// <param name="Act">The number, or the id, of the act by which the roles were given.</param>
internal sealed record AccountTerms(
    string Name,
    IReadOnlyList<string> Roles,
    string? UnitCode = null,
    Guid? PointId = null,
    DateTimeOffset? ExpiresAt = null,
    string? Act = null
)
{
    private const int LongestName = 200;

    /// <summary>Puts them into force; or the first thing wrong with them, for the person who typed it.</summary>
    public async Task<ProblemHttpResult?> Apply(
        Account account,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (Fault(time.GetUtcNow()) is { } fault)
        {
            return fault;
        }
        Unit? unit = null;
        if (UnitCode is not null)
        {
            var today = VietnamDay.Today(time);
            unit = await db.Units.Where(u => u.Code == UnitCode).SingleOrDefaultAsync(Unit.InForce(today), ct);
            if (unit is not { IsCommune: true })
            {
                return PointRegistryProblems.UnitUnknown.With(
                    $"Không có xã, phường nào đang có hiệu lực mang mã «{UnitCode}»."
                );
            }
        }
        if (PointId is not null && !await db.Points.AnyAsync(p => p.Id == PointId, ct))
        {
            return PointRegistryProblems.PointNotFound.With();
        }
        var (act, unknown) = await FindAct.Cited(db, Act, ct);
        if (unknown is not null)
        {
            return unknown;
        }
        account.Cite(act);
        account.Name = Name.Trim();
        account.Roles = [.. Roles.Distinct()];
        (account.UnitCode, account.UnitValidFrom, account.PointId) = (unit?.Code, unit?.ValidFrom, PointId);
        account.ExpiresAt = ExpiresAt?.ToUniversalTime();
        return null;
    }

    private ProblemHttpResult? Fault(DateTimeOffset now)
    {
        var known = ServiceDefaults.Identity.Roles.OfAccounts;
        bool Has(params ReadOnlySpan<string> any) => any.ContainsAny([.. Roles]);
        return string.IsNullOrWhiteSpace(Name) || Name.Length > LongestName
                ? PointRegistryProblems.Invalid("name", $"Họ tên phải có từ 1 đến {LongestName} ký tự.")
            : Roles.Count == 0 || Roles.Any(r => !known.Contains(r))
                ? PointRegistryProblems.RoleUnknown.With(
                    $"Cần ít nhất một vai trò trong số: {string.Join(", ", known)}."
                )
            : ExpiresAt <= now ? PointRegistryProblems.Invalid("expiresAt", "Ngày hết hạn phải ở tương lai.")
            : Has(ServiceDefaults.Identity.Roles.Commune) != UnitCode is not null
                ? PointRegistryProblems.Invalid(
                    "unitCode",
                    "Vai trò xã, phường cần mã đơn vị; các vai trò khác không gắn với đơn vị."
                )
            : Has(ServiceDefaults.Identity.Roles.Manager, ServiceDefaults.Identity.Roles.Officer) != PointId is not null
                ? PointRegistryProblems.Invalid(
                    "pointId",
                    "Người quản lý và cán bộ vận hành cần mã điểm; các vai trò khác không gắn với điểm."
                )
            : null;
    }
}
