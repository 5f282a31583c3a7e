using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Enrolment;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Tokens;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using OpenIddict.EntityFrameworkCore.Models;

namespace LaiChau.PointRegistry;

internal class PointRegistryDb : PlatformDb
{
    public PointRegistryDb(DbContextOptions<PointRegistryDb> options)
        : base(options) { }

    protected PointRegistryDb(DbContextOptions options)
        : base(options) { }

    public override string ServiceName => "points";

    public DbSet<Unit> Units => Set<Unit>();

    public DbSet<UnitSuccession> UnitSuccessions => Set<UnitSuccession>();

    public DbSet<Point> Points => Set<Point>();

    public DbSet<EnrolmentCode> EnrolmentCodes => Set<EnrolmentCode>();

    public DbSet<Account> Accounts => Set<Account>();

    public override async Task<int> SaveChangesAsync(
        bool acceptAllChangesOnSuccess,
        CancellationToken cancellationToken = default
    )
    {
        await Revocation.Follow(this, Time, cancellationToken);
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Unit>(Unit.Map);
        modelBuilder.Entity<UnitSuccession>(UnitSuccession.Map);
        modelBuilder.Entity<Point>(Point.Map);
        modelBuilder.Entity<EnrolmentCode>(EnrolmentCode.Map);
        modelBuilder.Entity<Account>(Account.Map);
        modelBuilder.Entity<AttemptCount>(AttemptCount.Map);
        modelBuilder.Entity<UsedAssertion>(UsedAssertion.Map);
        modelBuilder.Entity<Revocation>(Revocation.Map);
        modelBuilder.UseOpenIddict<Guid>();
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreApplication<Guid>>().ToTable("oidc_applications");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().ToTable("oidc_authorizations");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreScope<Guid>>().ToTable("oidc_scopes");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreToken<Guid>>().ToTable("oidc_tokens");
    }
}

internal sealed class PointRegistrySqliteDb(DbContextOptions<PointRegistrySqliteDb> options) : PointRegistryDb(options);

internal sealed class PointRegistryDesign : IDesignTimeDbContextFactory<PointRegistryDb>
{
    public PointRegistryDb CreateDbContext(string[] args) => new(DesignTime.Postgres<PointRegistryDb>());
}

internal sealed class PointRegistrySqliteDesign : IDesignTimeDbContextFactory<PointRegistrySqliteDb>
{
    public PointRegistrySqliteDb CreateDbContext(string[] args) => new(DesignTime.Sqlite<PointRegistrySqliteDb>());
}
