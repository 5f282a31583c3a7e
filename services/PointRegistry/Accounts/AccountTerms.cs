using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

/// <summary>What an account is for: the same when it is made and when it is changed.</summary>
internal static class AccountTerms
{
    private const int LongestName = 200;

    /// <summary>The first thing wrong, for the person who typed it.</summary>
    public static async Task<ProblemHttpResult?> Fault(
        PointRegistryDb db,
        string name,
        IReadOnlyList<string> roles,
        string? unitCode,
        Guid? pointId,
        DateTimeOffset? expiresAt,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName)
        {
            return PointRegistryProblems.Invalid("name", $"Họ tên phải có từ 1 đến {LongestName} ký tự.");
        }
        if (roles.Count == 0 || roles.Any(r => !Roles.OfAccounts.Contains(r)))
        {
            return PointRegistryProblems.RoleUnknown.With(
                $"Cần ít nhất một vai trò trong số: {string.Join(", ", Roles.OfAccounts)}."
            );
        }
        if (expiresAt <= time.GetUtcNow())
        {
            return PointRegistryProblems.Invalid("expiresAt", "Ngày hết hạn phải ở tương lai.");
        }
        if (roles.Contains(Roles.Commune) != unitCode is not null)
        {
            return PointRegistryProblems.Invalid(
                "unitCode",
                "Vai trò xã, phường cần mã đơn vị; các vai trò khác không gắn với đơn vị."
            );
        }
        if ((roles.Contains(Roles.Manager) || roles.Contains(Roles.Officer)) != pointId is not null)
        {
            return PointRegistryProblems.Invalid(
                "pointId",
                "Người quản lý và cán bộ vận hành cần mã điểm; các vai trò khác không gắn với điểm."
            );
        }
        if (unitCode is not null)
        {
            var today = VietnamDay.Today(time);
            var unit = await db.Units.Where(u => u.Code == unitCode).SingleOrDefaultAsync(Unit.InForce(today), ct);
            if (unit is not { IsCommune: true })
            {
                return PointRegistryProblems.UnitUnknown.With(
                    $"Không có xã, phường nào đang có hiệu lực mang mã «{unitCode}»."
                );
            }
        }
        return pointId is not null && !await db.Points.AnyAsync(p => p.Id == pointId, ct)
            ? PointRegistryProblems.PointNotFound.With()
            : null;
    }
}
