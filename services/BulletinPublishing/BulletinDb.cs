using LaiChau.BulletinPublishing.Bulletins;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LaiChau.BulletinPublishing;

internal class BulletinDb : PlatformDb
{
    public BulletinDb(DbContextOptions<BulletinDb> options)
        : base(options) { }

    protected BulletinDb(DbContextOptions options)
        : base(options) { }

    public override string ServiceName => "bulletins";

    public DbSet<Bulletin> Bulletins => Set<Bulletin>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Bulletin>(Bulletin.Map);
        modelBuilder.Entity<Attachment>(Attachment.Map);
    }
}

/// <summary>The same on SQLite, with migrations of its own.</summary>
internal sealed class BulletinSqliteDb(DbContextOptions<BulletinSqliteDb> options) : BulletinDb(options);

internal sealed class BulletinDesign
    : IDesignTimeDbContextFactory<BulletinDb>,
        IDesignTimeDbContextFactory<BulletinSqliteDb>
{
    BulletinDb IDesignTimeDbContextFactory<BulletinDb>.CreateDbContext(string[] args) =>
        new(DesignTime.Postgres<BulletinDb>());

    BulletinSqliteDb IDesignTimeDbContextFactory<BulletinSqliteDb>.CreateDbContext(string[] args) =>
        new(DesignTime.Sqlite<BulletinSqliteDb>());
}
