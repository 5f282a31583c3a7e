using LaiChau.ServiceDefaults.Data.Audit;
using LaiChau.ServiceDefaults.Data.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Units.Merges;

/// <summary>A legal act by which units became others, as it was applied.</summary>
[Audited("unit-merge")]
internal sealed class UnitMerge
{
    public required Guid Id { get; init; }

    /// <summary>The act as papers cite it: «Nghị quyết số …, ngày …».</summary>
    public required string Act { get; init; }
    public required DateOnly EffectiveOn { get; init; }

    /// <summary>SHA-256 of the request: the same one is applied once.</summary>
    public required string Digest { get; init; }

    /// <summary>The request as JSON, for whoever asks later what was decided.</summary>
    public required string Request { get; init; }
    public required int Points { get; init; }
    public required DateTimeOffset AppliedAt { get; init; }
    public required Guid AppliedBy { get; init; }

    [Personal, NameOf(nameof(AppliedBy))]
    public required string AppliedByName { get; init; }

    public static void Map(EntityTypeBuilder<UnitMerge> merge)
    {
        merge.ToTable("unit_merges");
        merge.Property(m => m.Id).ValueGeneratedNever();
        merge.HasIndex(m => m.Digest).IsUnique();
    }
}
