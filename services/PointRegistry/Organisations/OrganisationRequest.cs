using LaiChau.PointRegistry.Units;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Organisations;

/// <summary>All that is said of an organisation, its past names among it: when it is made and when it is changed.</summary>
/// <param name="Names">Each with its first day; the first may have none.</param>
/// <param name="Owners">The same for what it belongs to.</param>
/// <param name="UnitCode">Of a commune's committee.</param>
/// <param name="ActiveTo">First day on which it is no longer there.</param>
internal sealed record OrganisationRequest(
    OrganisationKind Kind,
    IReadOnlyList<NamePeriod> Names,
    IReadOnlyList<OwnerPeriod>? Owners = null,
    string? UnitCode = null,
    DateOnly? ActiveFrom = null,
    DateOnly? ActiveTo = null
)
{
    private const int MostPeriods = 50;

    /// <summary>The first thing wrong with it, for the person who typed it.</summary>
    public async Task<ProblemHttpResult?> Fault(PointRegistryDb db, Guid? id, DateOnly today, CancellationToken ct)
    {
        if (
            Names.Count is 0 or > MostPeriods
            || Names.Any(n => string.IsNullOrWhiteSpace(n?.Name) || n.Name.Length > 200)
        )
        {
            return PointRegistryProblems.Invalid(
                "names",
                $"Cần từ 1 đến {MostPeriods} tên gọi, mỗi tên từ 1 đến 200 ký tự."
            );
        }
        if (HasTwice(Names.Select(n => n.From)))
        {
            return PointRegistryProblems.Invalid("names", "Mỗi tên gọi cần một ngày bắt đầu riêng.");
        }
        var owners = Owners ?? [];
        if (owners.Count > MostPeriods || owners.Any(o => o is null) || HasTwice(owners.Select(o => o.From)))
        {
            return PointRegistryProblems.Invalid("owners", "Mỗi cơ quan chủ quản cần một ngày bắt đầu riêng.");
        }
        if (ActiveFrom >= ActiveTo)
        {
            return PointRegistryProblems.Invalid("activeTo", "Ngày kết thúc phải sau ngày bắt đầu.");
        }
        var ids = owners.Select(o => o.OwnerId).OfType<Guid>().Distinct().ToList();
        if (ids.Contains(id ?? default) || await db.Organisations.CountAsync(o => ids.Contains(o.Id), ct) < ids.Count)
        {
            return PointRegistryProblems.Invalid(
                "owners",
                "Cơ quan chủ quản phải là một tổ chức khác đã có trong hệ thống."
            );
        }
        var day =
            ActiveFrom > today ? ActiveFrom.Value
            : ActiveTo <= today ? ActiveTo.Value.AddDays(-1)
            : today;
        return UnitCode is null || await db.Units.Where(u => u.Code == UnitCode).AnyAsync(Unit.InForce(day), ct)
            ? null
            : PointRegistryProblems.UnitUnknown.With(
                $"Không có đơn vị hành chính nào mang mã «{UnitCode}» vào ngày {day:dd/MM/yyyy}."
            );
    }

    /// <summary>Makes an organisation what this says.</summary>
    public void Describe(Organisation organisation)
    {
        organisation.Kind = Kind;
        organisation.Call(Names.Select(n => n with { Name = n.Name.Trim() }));
        organisation.Owners = [.. (Owners ?? []).OrderBy(o => o.From)];
        organisation.UnitCode = UnitCode;
        (organisation.ActiveFrom, organisation.ActiveTo) = (ActiveFrom, ActiveTo);
    }

    private static bool HasTwice(IEnumerable<DateOnly?> days) => days.GroupBy(d => d).Any(g => g.Count() > 1);
}
