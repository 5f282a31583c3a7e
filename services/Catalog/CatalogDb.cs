using LaiChau.Catalog.Audit;
using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Plane;
using LaiChau.Catalog.Pushes;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LaiChau.Catalog;

internal class CatalogDb : PlatformDb
{
    public CatalogDb(DbContextOptions<CatalogDb> options)
        : base(options) { }

    protected CatalogDb(DbContextOptions options)
        : base(options) { }

    public override string ServiceName => "catalog";

    public DbSet<Release> Releases => Set<Release>();

    public DbSet<ReleaseFile> Files => Set<ReleaseFile>();

    public DbSet<Package> Packages => Set<Package>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<Block> Blocks => Set<Block>();

    public DbSet<PlaneStep> PlaneSteps => Set<PlaneStep>();

    public DbSet<PlaneDocument> PlaneDocuments => Set<PlaneDocument>();

    public DbSet<KnownAuditHead> AuditHeads => Set<KnownAuditHead>();

    public DbSet<AuditPublication> AuditPublications => Set<AuditPublication>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Release>(Release.Map);
        modelBuilder.Entity<ReleaseFile>(ReleaseFile.Map);
        modelBuilder.Entity<Package>(Package.Map);
        modelBuilder.Entity<Delivery>(Delivery.Map);
        modelBuilder.Entity<Block>(Block.Map);
        modelBuilder.Entity<PlaneStep>(PlaneStep.Map);
        modelBuilder.Entity<PlaneDocument>(PlaneDocument.Map);
        modelBuilder.Entity<KnownAuditHead>(KnownAuditHead.Map);
        modelBuilder.Entity<AuditPublication>(AuditPublication.Map);
    }
}

/// <summary>The same on SQLite, with migrations of its own.</summary>
internal sealed class CatalogSqliteDb(DbContextOptions<CatalogSqliteDb> options) : CatalogDb(options);

internal sealed class CatalogDesign
    : IDesignTimeDbContextFactory<CatalogDb>,
        IDesignTimeDbContextFactory<CatalogSqliteDb>
{
    CatalogDb IDesignTimeDbContextFactory<CatalogDb>.CreateDbContext(string[] args) =>
        new(DesignTime.Postgres<CatalogDb>());

    CatalogSqliteDb IDesignTimeDbContextFactory<CatalogSqliteDb>.CreateDbContext(string[] args) =>
        new(DesignTime.Sqlite<CatalogSqliteDb>());
}
