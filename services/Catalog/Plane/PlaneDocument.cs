using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// A signed metadata file as the distribution plane must hold it. The database is the truth and the object store its copy: files are
/// committed here before the first of them is written there, so versions only rise whatever happens to the store, and any writer writes
/// the same bytes under the same name.
/// </summary>
[NotAudited("signed and public")]
internal sealed class PlaneDocument
{
    /// <summary>Without version or hash (<c>metadata/snapshot.json</c>); roots keep theirs, as every one of them stays.</summary>
    public required string Name { get; init; }

    /// <summary>Path in the plane: <c>metadata/7.snapshot.json</c>.</summary>
    public required string Path { get; set; }
    public required byte[] Content { get; set; }

    public static void Map(EntityTypeBuilder<PlaneDocument> document)
    {
        document.ToTable("plane_documents");
        document.HasKey(d => d.Name);
        document.HasIndex(d => d.Path).IsUnique();
    }
}

/// <summary>How many steps the plane has taken, and how many of them are written to the object store. One row.</summary>
[NotAudited("signed and public")]
internal sealed class PlaneStep
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    /// <summary>Rises with every step; a writer that lost its lock without noticing cannot commit the next.</summary>
    public long Taken { get; set; }
    public long Written { get; set; }

    /// <summary>The first root: where the writer's own trust begins.</summary>
    public required byte[] Root { get; init; }

    public static void Map(EntityTypeBuilder<PlaneStep> step)
    {
        step.ToTable("plane_steps");
        step.Property(s => s.Id).ValueGeneratedNever();
        step.Property(s => s.Taken).IsConcurrencyToken();
    }
}
