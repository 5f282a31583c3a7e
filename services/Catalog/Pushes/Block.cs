using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Catalog.Pushes;

/// <summary>A block that is in the object store, verified.</summary>
[NotAudited("content by its hash")]
internal sealed class Block
{
    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes.</summary>
    public required int Size { get; init; }

    public static void Map(EntityTypeBuilder<Block> block)
    {
        block.ToTable("blocks");
        block.HasKey(b => b.Sha256);
    }
}
