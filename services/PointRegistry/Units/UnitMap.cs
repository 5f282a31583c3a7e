using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Units;

/// <summary>The units in force on one day, and which lies above which on that day.</summary>
internal sealed class UnitMap
{
    private readonly Dictionary<string, Unit> byCode;
    private readonly ILookup<string?, Unit> children;

    private UnitMap(List<Unit> units)
    {
        byCode = units.ToDictionary(u => u.Code);
        children = units.ToLookup(u => u.ParentCode);
    }

    /// <summary>A province has a few hundred units: reading them all is one query and no recursion in SQL.</summary>
    public static async Task<UnitMap> Load(PointRegistryDb db, DateOnly day, CancellationToken ct) =>
        new(await db.Units.AsNoTracking().Where(Unit.InForce(day)).OrderBy(u => u.Code).ToListAsync(ct));

    public IReadOnlyCollection<Unit> All => byCode.Values;

    public Unit? Find(string? code) => code is null ? null : byCode.GetValueOrDefault(code);

    public IEnumerable<Unit> ChildrenOf(Unit unit) => children[unit.Code];

    /// <summary>The unit and every one above it; a tier that is absent on the day is not among them.</summary>
    public IEnumerable<Unit> WithAncestors(string code)
    {
        for (var unit = Find(code); unit is not null; unit = Find(unit.ParentCode))
        {
            yield return unit;
        }
    }

    /// <summary>The codes of the unit and of everything below it.</summary>
    public List<string> Below(string code) =>
        [code, .. children[code].Where(c => c.Code != code).SelectMany(c => Below(c.Code))];
}
