using LaiChau.PointRegistry.Accounts;
using LaiChau.PointRegistry.Accounts.Keys;
using LaiChau.PointRegistry.Accounts.Passwords;
using LaiChau.PointRegistry.Accounts.Rules;
using LaiChau.PointRegistry.Accounts.SecondFactors;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Cases;
using LaiChau.PointRegistry.Desk;
using LaiChau.PointRegistry.Enrolment;
using LaiChau.PointRegistry.Openings;
using LaiChau.PointRegistry.Organisations;
using LaiChau.PointRegistry.People;
using LaiChau.PointRegistry.Points;
using LaiChau.PointRegistry.Targets;
using LaiChau.PointRegistry.Tokens;
using LaiChau.PointRegistry.Training;
using LaiChau.PointRegistry.Units;
using LaiChau.PointRegistry.Units.Merges;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
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

    public DbSet<UnitMerge> UnitMerges => Set<UnitMerge>();

    public DbSet<Organisation> Organisations => Set<Organisation>();

    public DbSet<LegalAct> Acts => Set<LegalAct>();

    public DbSet<Point> Points => Set<Point>();

    public DbSet<PointMembership> PointMemberships => Set<PointMembership>();

    public DbSet<PointStateChange> PointStates => Set<PointStateChange>();

    public DbSet<Case> Cases => Set<Case>();

    public DbSet<Team> Teams => Set<Team>();

    public DbSet<TeamMembership> TeamMemberships => Set<TeamMembership>();

    public DbSet<TeamMember> TeamMembers => Set<TeamMember>();

    public DbSet<Course> Courses => Set<Course>();

    public DbSet<TrainingSession> TrainingSessions => Set<TrainingSession>();

    public DbSet<Attendance> Attendances => Set<Attendance>();

    public DbSet<Opening> Openings => Set<Opening>();

    public DbSet<Target> Targets => Set<Target>();

    public DbSet<RefusedReport> RefusedReports => Set<RefusedReport>();

    public DbSet<EnrolmentCode> EnrolmentCodes => Set<EnrolmentCode>();

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<AccountKey> AccountKeys => Set<AccountKey>();

    public DbSet<PasswordReset> PasswordResets => Set<PasswordReset>();

    public DbSet<RulesVersion> Rules => Set<RulesVersion>();

    public DbSet<RulesAcceptance> RulesAcceptances => Set<RulesAcceptance>();

    /// <summary>The points of a place, by the unit that they belong to today.</summary>
    public IQueryable<Point> PointsOf(Place place) =>
        place.IsProvince ? Points : Points.Where(p => place.Points.Contains(p.Id) || place.Units.Contains(p.UnitCode));

    /// <summary>What is of the place's points, or of its communes.</summary>
    public IQueryable<Case> CasesOf(Place place) =>
        place.IsProvince
            ? Cases
            : Cases.Where(c =>
                place.Points.Contains(c.PointId!.Value)
                || place.Units.Contains(c.Point!.UnitCode)
                || place.Units.Contains(c.UnitCode!)
            );

    /// <summary>The teams of the place's communes; who runs a point works with those of its commune.</summary>
    public IQueryable<Team> TeamsOf(Place place) =>
        place.IsProvince
            ? Teams
            : Teams.Where(t =>
                place.Units.Contains(t.UnitCode)
                || Points.Any(p => place.Points.Contains(p.Id) && p.UnitCode == t.UnitCode)
            );

    /// <summary>The sessions at the place's points, or in its communes.</summary>
    public IQueryable<TrainingSession> SessionsOf(Place place) =>
        place.IsProvince
            ? TrainingSessions
            : TrainingSessions.Where(s =>
                place.Points.Contains(s.PointId!.Value)
                || place.Units.Contains(s.Point!.UnitCode)
                || place.Units.Contains(s.UnitCode!)
            );

    /// <summary>The accounts that are bound to the place's communes or points.</summary>
    public IQueryable<Account> AccountsOf(Place place) =>
        place.IsProvince
            ? Accounts
            : Accounts.Where(a =>
                place.Units.Contains(a.UnitCode!)
                || place.Points.Contains(a.PointId!.Value)
                || Points.Any(p => p.Id == a.PointId && place.Units.Contains(p.UnitCode))
            );

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
        modelBuilder.Entity<UnitMerge>(UnitMerge.Map);
        modelBuilder.Entity<Organisation>(Organisation.Map);
        modelBuilder.Entity<LegalAct>(LegalAct.Map);
        modelBuilder.Entity<Point>(Point.Map);
        modelBuilder.Entity<PointMembership>(PointMembership.Map);
        modelBuilder.Entity<PointStateChange>(PointStateChange.Map);
        modelBuilder.Entity<Case>(Case.Map);
        modelBuilder.Entity<CaseStep>(CaseStep.Map);
        modelBuilder.Entity<Team>(Team.Map);
        modelBuilder.Entity<TeamMembership>(TeamMembership.Map);
        modelBuilder.Entity<TeamMember>(TeamMember.Map);
        modelBuilder.Entity<Course>(Course.Map);
        modelBuilder.Entity<TrainingSession>(TrainingSession.Map);
        modelBuilder.Entity<Attendance>(Attendance.Map);
        modelBuilder.Entity<Opening>(Opening.Map);
        modelBuilder.Entity<OpeningCorrection>(OpeningCorrection.Map);
        modelBuilder.Entity<Target>(Target.Map);
        modelBuilder.Entity<RefusedReport>(RefusedReport.Map);
        modelBuilder.Entity<RememberedAnswer>(RememberedAnswer.Map);
        if (IsPostgres)
        {
            MapSearch(modelBuilder);
        }
        modelBuilder.Entity<EnrolmentCode>(EnrolmentCode.Map);
        modelBuilder.Entity<Account>(Account.Map);
        modelBuilder.Entity<RecoveryCode>(RecoveryCode.Map);
        modelBuilder.Entity<AccountKey>(AccountKey.Map);
        modelBuilder.Entity<PasswordReset>(PasswordReset.Map);
        modelBuilder.Entity<RulesVersion>(RulesVersion.Map);
        modelBuilder.Entity<RulesAcceptance>(RulesAcceptance.Map);
        modelBuilder.Entity<AttemptCount>(AttemptCount.Map);
        modelBuilder.Entity<UsedAssertion>(UsedAssertion.Map);
        modelBuilder.Entity<Revocation>(Revocation.Map);
        modelBuilder.UseOpenIddict<Guid>();
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreApplication<Guid>>().ToTable("oidc_applications");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().ToTable("oidc_authorizations");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreScope<Guid>>().ToTable("oidc_scopes");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreToken<Guid>>().ToTable("oidc_tokens");
    }

    /// <summary>SQLite compares bytes as it is, and reads a few thousand rows faster than it would an index of parts of words.</summary>
    private static void MapSearch(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("pg_trgm");
        var point = modelBuilder.Entity<Point>();
        point.HasIndex(p => p.SearchText).HasMethod("gin").HasOperators("gin_trgm_ops");
        point.HasIndex(p => p.SearchPlain).HasMethod("gin").HasOperators("gin_trgm_ops");
        point.Property(p => p.NameKey).UseCollation("C");
        point.Property(p => p.UnitKey).UseCollation("C");
        point.Property(p => p.StateKey).UseCollation("C");
        modelBuilder.Entity<Team>().Property(t => t.NameKey).UseCollation("C");
        modelBuilder.Entity<Course>().Property(c => c.NameKey).UseCollation("C");
        modelBuilder.Entity<TrainingSession>().Property(s => s.DayKey).UseCollation("C");
        var cases = modelBuilder.Entity<Case>();
        cases.Property(c => c.DueKey).UseCollation("C");
        cases.Property(c => c.PriorityKey).UseCollation("C");
        cases.Property(c => c.StateKey).UseCollation("C");
        modelBuilder.Entity<Organisation>().Property(o => o.NameKey).UseCollation("C");
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
