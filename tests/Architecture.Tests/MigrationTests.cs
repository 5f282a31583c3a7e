using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LaiChau.Architecture.Tests;

public sealed class MigrationTests
{
    /// <summary>Every context of every service: PostgreSQL's and SQLite's.</summary>
    public static TheoryData<Type> Contexts =>
        [.. Tree.Types.Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(PlatformDb)))];

    [Fact]
    public void Four_services_have_a_context_for_each_database() => Assert.Equal(8, Contexts.Count);

    [Theory]
    [MemberData(nameof(Contexts))]
    public void The_migrations_say_what_the_model_says(Type context)
    {
        using var db = Create(context);
        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Every_table_is_audited_or_says_why_not(Type context)
    {
        using var db = Create(context);
        Assert.All(
            db.Model.GetEntityTypes()
                .Select(e => e.ClrType)
                .Where(t => t.FullName!.StartsWith("LaiChau.", StringComparison.Ordinal)),
            t => Assert.True(SaysWhetherAudited(t), t.FullName)
        );
    }

    [Fact]
    public void A_table_that_says_nothing_of_the_audit_trail_is_caught() =>
        Assert.False(SaysWhetherAudited(typeof(MigrationTests)));

    private static bool SaysWhetherAudited(Type entity) =>
        entity.IsDefined(typeof(AuditedAttribute), false) || entity.IsDefined(typeof(NotAuditedAttribute), false);

    private static DbContext Create(Type context)
    {
        var factory = typeof(IDesignTimeDbContextFactory<>).MakeGenericType(context);
        // By name and not by assignability: a factory of the derived context would do for the base.
        var type = Assert.Single(context.Assembly.GetTypes(), t => t.GetInterfaces().Contains(factory));
        return (DbContext)
            factory
                .GetMethod("CreateDbContext")!
                .Invoke(Activator.CreateInstance(type, nonPublic: true), [Array.Empty<string>()])!;
    }
}
