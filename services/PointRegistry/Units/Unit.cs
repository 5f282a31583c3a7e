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

    public bool IsCommune => Type is UnitType.Township or UnitType.Ward or UnitType.Commune;

    public static Expression<Func<Unit, bool>> InForce(DateOnly day) =>
        u => u.ValidFrom <= day && (u.ValidTo == null || u.ValidTo > day);

    public static void Map(EntityTypeBuilder<Unit> unit)
    {
        unit.ToTable("units");
        unit.HasKey(u => new { u.Code, u.ValidFrom });
        unit.Property(u => u.Spellings).IsJson();
        unit.HasIndex(u => u.ParentCode);
    }
}

/// <summary>One unit, or a part of it, has become another.</summary>
[Audited("unit-succession")]
internal sealed class UnitSuccession
{
    public required string OldCode { get; init; }
    public required DateOnly OldValidFrom { get; init; }
    public required string NewCode { get; init; }
    public required DateOnly NewValidFrom { get; init; }

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
