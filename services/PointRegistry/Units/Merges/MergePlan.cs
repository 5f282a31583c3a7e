using LaiChau.ServiceDefaults.Http;

namespace LaiChau.PointRegistry.Units.Merges;

/// <summary>What a merge does to the map: the new units, what each came from, and what ends without an heir.</summary>
internal sealed class MergePlan
{
    private const int MostUnits = 1000;
    private readonly List<MergeFault> faults = [];
    private readonly List<(Unit New, List<Unit> From)> units = [];
    private readonly List<Unit> abolished = [];
    private readonly IReadOnlyList<Unit> known;
    private readonly Dictionary<string, Unit> inForce;
    private readonly Dictionary<string, string> takenBy = new(StringComparer.Ordinal);

    private MergePlan(DateOnly day, IReadOnlyList<Unit> known)
    {
        EffectiveOn = day;
        this.known = known;
        inForce = known.Where(u => u.IsInForce(day)).ToDictionary(u => u.Code);
    }

    public DateOnly EffectiveOn { get; }
    public IReadOnlyList<(Unit New, List<Unit> From)> Units => units;
    public IReadOnlyList<Unit> Abolished => abolished;
    public IEnumerable<Unit> Ending => units.SelectMany(u => u.From).Concat(abolished);

    /// <summary>The plan, and everything that is wrong with it.</summary>
    public static (MergePlan? Plan, IReadOnlyList<MergeFault> Faults) Make(
        MergeRequest request,
        IReadOnlyList<Unit> known
    )
    {
        var whole = OfTheWhole(request).ToList();
        if (request.EffectiveOn is not { } day || request.Units is not { } given)
        {
            return (null, whole);
        }
        // JSON may hold null where a list says it does not.
        var rows = given.Select(r => r ?? new()).ToList();
        var plan = new MergePlan(day, known);
        plan.faults.AddRange(whole);
        for (var i = 0; i < rows.Count; i++)
        {
            plan.Take(rows[i], i + 1);
        }
        foreach (var code in request.Abolished ?? [])
        {
            if (plan.End(code, null, "abolished", "bãi bỏ") is { } unit)
            {
                plan.abolished.Add(unit);
            }
        }
        // Only now is it known which units end.
        var ending = plan.Ending.ToHashSet();
        for (var i = 0; i < rows.Count; i++)
        {
            plan.CheckPlace(rows[i], i + 1, ending, rows);
        }
        plan.CheckLeftBehind(ending, rows);
        return (plan, [.. plan.faults.OrderBy(f => f.Row ?? 0)]);
    }

    private static IEnumerable<MergeFault> OfTheWhole(MergeRequest request)
    {
        if (request.Act?.Trim() is not { Length: > 0 and <= 500 })
        {
            yield return new(null, "act", "Cần ghi văn bản quyết định việc sắp xếp, không quá 500 ký tự.");
        }
        if (request.EffectiveOn is null)
        {
            yield return new(null, "effectiveOn", "Cần ghi ngày có hiệu lực.");
        }
        if (request.Units is not { Count: > 0 and <= MostUnits })
        {
            yield return new(null, "units", $"Cần từ 1 đến {MostUnits} đơn vị mới.");
        }
    }

    private void Take(MergeRow row, int number)
    {
        var before = faults.Count;
        if (row.Code is not { Length: >= 2 and <= 10 } code || !code.All(char.IsAsciiDigit))
        {
            faults.Add(new(number, "code", "Mã đơn vị gồm từ 2 đến 10 chữ số."));
        }
        if (row.Name?.Trim() is not { Length: > 0 and <= 100 })
        {
            faults.Add(new(number, "name", "Tên đơn vị phải có từ 1 đến 100 ký tự (không kèm «Xã», «Phường»)."));
        }
        if (!Word<UnitType>.TryParse(row.Type, out var type))
        {
            faults.Add(
                new(number, "type", "Loại đơn vị là commune, ward, township, district, provincialCity hoặc province.")
            );
        }
        if (
            row.Spellings is { } spellings
            && (spellings.Count > 20 || spellings.Any(s => s?.Trim() is null or { Length: 0 or > 100 }))
        )
        {
            faults.Add(new(number, "spellings", "Nhiều nhất 20 cách viết khác, mỗi cách từ 1 đến 100 ký tự."));
        }
        if (
            row.Latitude is null != row.Longitude is null
            || row.Latitude is < -90 or > 90
            || row.Longitude is < -180 or > 180
        )
        {
            faults.Add(new(number, "latitude", "Cần cả vĩ độ và kinh độ trong giới hạn, hoặc không ghi cả hai."));
        }
        if (row.From is not { Count: > 0 })
        {
            faults.Add(new(number, "from", "Cần ít nhất một mã đơn vị cũ."));
        }
        var from = (row.From ?? [])
            .Select(old => End(old, number, "from", $"sáp nhập vào {row.Name ?? row.Code}"))
            .OfType<Unit>()
            .ToList();
        if (faults.Count > before)
        {
            return;
        }
        var unit = Unit.Create(
            row.Code!,
            EffectiveOn,
            null,
            type.Value,
            row.Name!.Trim(),
            [.. (row.Spellings ?? []).Select(s => s.Trim())],
            row.ParentCode,
            row.Latitude,
            row.Longitude
        );
        faults.AddRange(
            from.Where(old => old.Tier != unit.Tier)
                .Select(old => new MergeFault(
                    number,
                    "from",
                    $"{old.FullName} ({old.Code}) không cùng cấp với {unit.FullName}."
                ))
        );
        units.Add((unit, from));
    }

    /// <summary>The unit that ends; null, with a fault, when it cannot.</summary>
    private Unit? End(string? code, int? row, string field, string how)
    {
        if (code is null || !inForce.TryGetValue(code, out var unit))
        {
            faults.Add(
                new(
                    row,
                    field,
                    known.Any(u => u.Code == code)
                        ? $"Đơn vị mang mã «{code}» không có hiệu lực vào ngày {EffectiveOn:dd/MM/yyyy}."
                        : FindCommune.Unknown(code ?? "")
                )
            );
            return null;
        }
        if (unit.ValidTo is { } end)
        {
            faults.Add(
                new(row, field, $"{unit.FullName} ({code}) đã được quyết định kết thúc từ ngày {end:dd/MM/yyyy}.")
            );
            return null;
        }
        if (unit.ValidFrom == EffectiveOn)
        {
            faults.Add(new(row, field, $"{unit.FullName} ({code}) mới có hiệu lực từ chính ngày này."));
            return null;
        }
        if (!takenBy.TryAdd(code, how))
        {
            faults.Add(
                new(
                    row,
                    field,
                    $"{unit.FullName} ({code}) có hai lần: {takenBy[code]} và {how}; một đơn vị chỉ vào một nơi."
                )
            );
            return null;
        }
        return unit;
    }

    private void CheckPlace(MergeRow row, int number, HashSet<Unit> ending, IReadOnlyList<MergeRow> rows)
    {
        if (rows.Take(number - 1).Any(r => r.Code is not null && r.Code == row.Code))
        {
            faults.Add(new(number, "code", $"Mã «{row.Code}» có hai lần trong danh sách."));
        }
        var holder = known.FirstOrDefault(u =>
            u.Code == row.Code && (u.ValidTo is null || u.ValidTo > EffectiveOn) && !ending.Contains(u)
        );
        if (holder is not null)
        {
            faults.Add(
                new(
                    number,
                    "code",
                    $"Mã «{row.Code}» đang là của {holder.FullName}, đơn vị này không kết thúc vào ngày đó."
                )
            );
        }
        if (!Word<UnitType>.TryParse(row.Type, out var type))
        {
            return;
        }
        if (row.ParentCode is null)
        {
            if (type.Value is not UnitType.Province)
            {
                faults.Add(new(number, "parentCode", "Cần mã đơn vị cấp trên."));
            }
            return;
        }
        var tier = Unit.TierOf(type.Value);
        var above =
            inForce.GetValueOrDefault(row.ParentCode) is { } stays && !ending.Contains(stays) ? stays.Tier
            : rows.FirstOrDefault(r => r.Code == row.ParentCode) is { } made
            && Word<UnitType>.TryParse(made.Type, out var madeType)
                ? Unit.TierOf(madeType.Value)
            : (int?)null;
        if (above is null)
        {
            faults.Add(
                new(
                    number,
                    "parentCode",
                    $"Không có đơn vị cấp trên mang mã «{row.ParentCode}» vào ngày {EffectiveOn:dd/MM/yyyy}."
                )
            );
        }
        else if (above >= tier)
        {
            faults.Add(new(number, "parentCode", $"Đơn vị mang mã «{row.ParentCode}» không phải là cấp trên."));
        }
    }

    /// <summary>No unit may stay without one above it.</summary>
    private void CheckLeftBehind(HashSet<Unit> ending, IReadOnlyList<MergeRow> rows)
    {
        foreach (var gone in ending.Where(u => rows.All(r => r.Code != u.Code)))
        {
            var left = inForce.Values.Where(u => u.ParentCode == gone.Code && !ending.Contains(u)).ToList();
            if (left.Count > 0)
            {
                faults.Add(
                    new(
                        null,
                        "abolished",
                        $"{gone.FullName} ({gone.Code}) kết thúc nhưng còn đơn vị trực thuộc: {string.Join(", ", left.Select(u => u.FullName))}."
                    )
                );
            }
        }
    }
}
