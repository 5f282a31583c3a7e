using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Identity;
using LaiChau.Telemetry.Coverage;
using LaiChau.Telemetry.Events;
using LaiChau.Telemetry.Points;
using LaiChau.Telemetry.Presence;
using LaiChau.Telemetry.Statistics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LaiChau.Telemetry.Data;

internal class TelemetryDb : PlatformDb
{
    public TelemetryDb(DbContextOptions<TelemetryDb> options)
        : base(options) { }

    protected TelemetryDb(DbContextOptions options)
        : base(options) { }

    public override string ServiceName => "telemetry";

    public DbSet<KeptEvent> Events => Set<KeptEvent>();

    public DbSet<Point> Points => Set<Point>();

    public DbSet<PointFeed> PointFeeds => Set<PointFeed>();

    public DbSet<PointPresence> Presences => Set<PointPresence>();

    public DbSet<Release> Releases => Set<Release>();

    public DbSet<Display> Displays => Set<Display>();

    public DbSet<CoverageChange> CoverageChanges => Set<CoverageChange>();

    public DbSet<VisitCounter> VisitCounters => Set<VisitCounter>();

    public DbSet<Visitor> Visitors => Set<Visitor>();

    public DbSet<ViewCounter> ViewCounters => Set<ViewCounter>();

    /// <summary>The points of a place, as the registry describes them.</summary>
    public IQueryable<Point> PointsOf(Place place) =>
        place.IsProvince ? Points : Points.Where(p => place.Points.Contains(p.Id) || place.Units.Contains(p.UnitCode));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<KeptEvent>(KeptEvent.Map);
        modelBuilder.Entity<Point>(Point.Map);
        modelBuilder.Entity<PointFeed>(PointFeed.Map);
        modelBuilder.Entity<PointPresence>(PointPresence.Map);
        modelBuilder.Entity<Release>(Release.Map);
        modelBuilder.Entity<Display>(Display.Map);
        modelBuilder.Entity<CoverageChange>();
        modelBuilder.Entity<VisitCounter>(VisitCounter.Map);
        modelBuilder.Entity<Visitor>(Visitor.Map);
        modelBuilder.Entity<ViewCounter>(ViewCounter.Map);
    }

    internal sealed class Factory : IDesignTimeDbContextFactory<TelemetryDb>
    {
        public TelemetryDb CreateDbContext(string[] args) => new(DesignTime.Postgres<TelemetryDb>());
    }
}

internal sealed class TelemetrySqliteDb(DbContextOptions<TelemetrySqliteDb> options) : TelemetryDb(options)
{
    internal sealed class SqliteFactory : IDesignTimeDbContextFactory<TelemetrySqliteDb>
    {
        public TelemetrySqliteDb CreateDbContext(string[] args) => new(DesignTime.Sqlite<TelemetrySqliteDb>());
    }
}
