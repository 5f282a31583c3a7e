using System.Linq.Expressions;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Units;

internal enum UnitType
{
    Province,
    ProvincialCity,
    District,
    Township,
    Ward,
    Commune,
}

/// <summary>
/// An administrative unit over one period in which its code, name and parent stay the same. Codes are given again to other units, so only
/// code and first day together name one.
/// </summary>
[Audited("unit")]
internal sealed class Unit
{
    /// <summary>First day of a unit that is older than the records.</summary>
    public static readonly DateOnly BeforeRecords = DateOnly.MinValue;

    public required string Code { get; init; }

    /// <summary>First day in force; <see cref="BeforeRecords"/> when it is not known.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>First day no longer in force.</summary>
    public DateOnly? ValidTo { get; set; }
    public required UnitType Type { get; init; }
    public required string Name { get; init; }

    /// <summary>With its kind: «Xã Mường Tè».</summary>
    public required string FullName { get; init; }

    /// <summary>Other ways in which papers spell the name.</summary>
    public required List<string> Spellings { get; init; }

    /// <summary>Code of the unit above, in force on the same days; districts are a tier that may be absent.</summary>
    public string? ParentCode { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }

    /// <summary>What a search with diacritics looks into.</summary>
    [NotAudited("made of the names")]
    public required string SearchText { get; init; }

    /// <summary>What a search without diacritics looks into.</summary>
    [NotAudited("made of the names")]
    public required string SearchPlain { get; init; }

    /// <summary>Tells units apart that differ in their period only.</summary>
    public (string Code, DateOnly ValidFrom) Key => (Code, ValidFrom);

    public bool IsCommune => Tier == 2;

    /// <inheritdoc cref="TierOf"/>
    public int Tier => TierOf(Type);

    /// <summary>0 for the province, 1 for the tier that may be absent, 2 for communes.</summary>
    public static int TierOf(UnitType type) =>
        type switch
        {
            UnitType.Province => 0,
            UnitType.ProvincialCity or UnitType.District => 1,
            _ => 2,
        };

    public static Unit Create(
        string code,
        DateOnly validFrom,
        DateOnly? validTo,
        UnitType type,
        string name,
        IReadOnlyList<string> spellings,
        string? parentCode,
        double? latitude,
        double? longitude
    )
    {
        var fullName = $"{KindOf(type)} {name}";
        var searched = Units.SearchText.Lower(string.Join(" | ", [fullName, .. spellings, code]));
        return new()
        {
            Code = code,
            ValidFrom = validFrom,
            ValidTo = validTo,
            Type = type,
            Name = name,
            FullName = fullName,
            Spellings = [.. spellings],
            ParentCode = parentCode,
            Latitude = latitude,
            Longitude = longitude,
            SearchText = searched,
            SearchPlain = Units.SearchText.Plain(searched),
        };
    }

    public bool IsInForce(DateOnly day) => ValidFrom <= day && (ValidTo is null || ValidTo > day);

    public static Expression<Func<Unit, bool>> InForce(DateOnly day) =>
        u => u.ValidFrom <= day && (u.ValidTo == null || u.ValidTo > day);

    public static void Map(EntityTypeBuilder<Unit> unit)
    {
        unit.ToTable("units");
        unit.HasKey(u => new { u.Code, u.ValidFrom });
        unit.Property(u => u.Spellings).IsJson();
        unit.Property(u => u.ValidTo).IsConcurrencyToken();
        unit.HasIndex(u => u.ParentCode);
        unit.Ignore(u => u.Key);
    }

    private static string KindOf(UnitType type) =>
        type switch
        {
            UnitType.Province => "Tỉnh",
            UnitType.ProvincialCity => "Thành phố",
            UnitType.District => "Huyện",
            UnitType.Township => "Thị trấn",
            UnitType.Ward => "Phường",
            UnitType.Commune => "Xã",
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
        };
}

/// <summary>One unit, or a part of it, has become another.</summary>
[Audited("unit-succession")]
internal sealed class UnitSuccession
{
    public required string OldCode { get; init; }
    public required DateOnly OldValidFrom { get; init; }
    public required string NewCode { get; init; }
    public required DateOnly NewValidFrom { get; init; }

    /// <summary>The merge that made it so; null where the units came with the list.</summary>
    public Guid? MergeId { get; init; }

    public static void Map(EntityTypeBuilder<UnitSuccession> succession)
    {
        succession.ToTable("unit_successions");
        succession.HasKey(s => new
        {
            s.OldCode,
            s.OldValidFrom,
            s.NewCode,
            s.NewValidFrom,
        });
        succession.HasOne<Unit>().WithMany().HasForeignKey(s => new { s.OldCode, s.OldValidFrom });
        succession.HasOne<Unit>().WithMany().HasForeignKey(s => new { s.NewCode, s.NewValidFrom });
        succession.HasIndex(s => new { s.NewCode, s.NewValidFrom });
    }
}
