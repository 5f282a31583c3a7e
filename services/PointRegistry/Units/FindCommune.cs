using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Units;

/// <summary>A unit from a day on.</summary>
internal sealed record UnitSince(Unit Unit, DateOnly Day);

/// <summary>Where a point can be: a commune that is in force, and what it will be by mergers that are decided already.</summary>
internal static class FindCommune
{
    public static async Task<(IReadOnlyList<UnitSince>? Places, ProblemHttpResult? Fault)> In(
        PointRegistryDb db,
        string code,
        DateOnly day,
        CancellationToken ct
    )
    {
        var unit = await db.Units.Where(u => u.Code == code).SingleOrDefaultAsync(Unit.InForce(day), ct);
        if (unit is null)
        {
            var past = await db
                .Units.Where(u => u.Code == code)
                .OrderByDescending(u => u.ValidFrom)
                .FirstOrDefaultAsync(ct);
            return past is null
                ? (null, PointRegistryProblems.UnitUnknown.With(Unknown(code)))
                : (null, PointRegistryProblems.UnitNotInForce.With(await WhyNotInForce(db, past, day, ct)));
        }
        return unit.IsCommune
            ? (await WithHeirs(db, unit, day, ct), null)
            : (null, PointRegistryProblems.UnitNotCommune.With($"{unit.FullName} không phải là xã hoặc phường."));
    }

    public static string Unknown(string code) => $"Không có đơn vị hành chính nào mang mã «{code}».";

    /// <summary>Says when the unit was, or will be, and what it is now.</summary>
    public static async Task<string> WhyNotInForce(PointRegistryDb db, Unit unit, DateOnly day, CancellationToken ct)
    {
        if (unit.ValidFrom > day)
        {
            return $"{unit.FullName} ({unit.Code}) chỉ có hiệu lực từ ngày {unit.ValidFrom:dd/MM/yyyy}.";
        }
        var heirs = await Heirs(db, unit, ct);
        var instead =
            heirs.Count > 0 ? $" Nay là {string.Join(", ", heirs.Select(h => $"{h.FullName} ({h.Code})"))}." : "";
        return $"{unit.FullName} không còn hiệu lực từ ngày {unit.ValidTo:dd/MM/yyyy}.{instead}";
    }

    public static Task<List<Unit>> Heirs(PointRegistryDb db, Unit unit, CancellationToken ct) =>
        db
            .Units.Where(u =>
                db.UnitSuccessions.Any(s =>
                    s.OldCode == unit.Code
                    && s.OldValidFrom == unit.ValidFrom
                    && s.NewCode == u.Code
                    && s.NewValidFrom == u.ValidFrom
                )
            )
            .OrderBy(u => u.Code)
            .ToListAsync(ct);

    private static async Task<List<UnitSince>> WithHeirs(
        PointRegistryDb db,
        Unit unit,
        DateOnly day,
        CancellationToken ct
    )
    {
        var places = new List<UnitSince> { new(unit, day) };
        while (unit.ValidTo is { } end && await Heirs(db, unit, ct) is [var heir])
        {
            places.Add(new(heir, end));
            unit = heir;
        }
        return places;
    }
}
