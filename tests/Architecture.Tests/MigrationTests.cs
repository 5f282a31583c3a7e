using LaiChau.ServiceDefaults.Data;
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
        var factory = typeof(IDesignTimeDbContextFactory<>).MakeGenericType(context);
        // By name and not by assignability: a factory of the derived context would do for the base.
        var type = Assert.Single(context.Assembly.GetTypes(), t => t.GetInterfaces().Contains(factory));
        using var db = (DbContext)
            factory
                .GetMethod("CreateDbContext")!
                .Invoke(Activator.CreateInstance(type, nonPublic: true), [Array.Empty<string>()])!;
        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges());
    }
}
