using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Catalog.Packages;

/// <summary>A name under which releases follow each other, numbered from 1.</summary>
[NotAudited("a counter; its releases are audited")]
internal sealed class Package
{
    /// <summary>Path-like: <c>nong-nghiep/che-shan</c>.</summary>
    public required string Name { get; init; }
    public required int LastVersion { get; init; }

    public static void Map(EntityTypeBuilder<Package> package)
    {
        package.ToTable("packages");
        package.HasKey(p => p.Name);
    }

    /// <summary>The next number; the row stays locked until the transaction ends, so no number is given twice or left out.</summary>
    public static async Task<int> NextVersion(CatalogDb db, string name, CancellationToken ct) =>
        (
            await db
                .Database.SqlQuery<int>(
                    $"""
                    INSERT INTO packages (name, last_version) VALUES ({name}, 1)
                    ON CONFLICT (name) DO UPDATE SET last_version = packages.last_version + 1
                    RETURNING last_version AS "Value"
                    """
                )
                .ToListAsync(ct)
        )[0];
}
