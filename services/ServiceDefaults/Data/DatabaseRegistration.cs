using System.Text.RegularExpressions;
using LaiChau.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LaiChau.ServiceDefaults;

public static partial class DatabaseRegistration
{
    /// <summary>
    /// Adds the service's database: <c>ConnectionStrings:{name}</c> is PostgreSQL, or SQLite when it begins with <c>Data Source=</c>.
    /// <typeparamref name="TSqliteDb"/> differs from <typeparamref name="TDb"/> by its own migrations only.
    /// </summary>
    public static void AddPlatformDb<TDb, TSqliteDb>(
        this IHostApplicationBuilder builder,
        string name,
        Action<DbContextOptionsBuilder>? more = null
    )
        where TDb : PlatformDb
        where TSqliteDb : TDb
    {
        var connection =
            builder.Configuration.GetConnectionString(name)
            ?? throw new InvalidOperationException($"The setting ConnectionStrings:{name} is missing.");
        if (connection.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase))
        {
            builder.Services.AddDbContext<TDb, TSqliteDb>(options => Configure(options.UseSqlite(connection)));
        }
        else
        {
            builder.Services.AddDbContext<TDb>(options => Configure(options.UseNpgsql(connection)));
        }
        builder.Services.AddSingleton(new DatabaseMigration(name, typeof(TDb)));
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck<TDb>>($"database-{name}", tags: ["ready"]);

        void Configure(DbContextOptionsBuilder options) => more?.Invoke(options);
    }

    /// <summary>
    /// Brings every database of this process to the newest schema; safe to run from several replicas at once. Setting <c>Database:Role</c>: the role
    /// as which the services sign in, when that is not the owner who migrates. It may do everything with the rows, except change the audit trail.
    /// </summary>
    public static async Task MigrateDatabases(this IServiceProvider services, CancellationToken ct = default)
    {
        var role = services.GetRequiredService<IConfiguration>()["Database:Role"];
        foreach (var migration in services.GetServices<DatabaseMigration>())
        {
            await using var scope = services.CreateAsyncScope();
            var db = (PlatformDb)scope.ServiceProvider.GetRequiredService(migration.Context);
            await db.Database.MigrateAsync(ct);
            if (!db.IsPostgres)
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = 'wal'", ct);
            }
            else if (role is { Length: > 0 })
            {
                await db.Database.ExecuteSqlRawAsync(GrantsTo(role), ct);
            }
        }
    }

    private static string GrantsTo(string role) =>
        RoleName().IsMatch(role)
            ? $"""
                GRANT USAGE ON SCHEMA public TO {role};
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
                GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
                REVOKE UPDATE, DELETE ON audit_entries FROM {role};
                REVOKE INSERT, UPDATE, DELETE ON "__EFMigrationsHistory" FROM {role};
                """
            : throw new InvalidOperationException(
                $"The setting Database:Role is '{role}': a role's name has lower-case letters, digits and _ only."
            );

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,62}\z", RegexOptions.None, 1000)]
    private static partial Regex RoleName();

    private sealed class DatabaseCheck<TDb>(TDb db) : IHealthCheck
        where TDb : PlatformDb
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context,
            CancellationToken cancellationToken = default
        ) =>
            await db.Database.CanConnectAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The database does not answer.");
    }
}

internal sealed record DatabaseMigration(string Name, Type Context);

/// <summary>For design-time factories: contexts that <c>dotnet ef migrations add</c> can build without a database.</summary>
public static class DesignTime
{
    public static DbContextOptions<TDb> Postgres<TDb>()
        where TDb : DbContext => new DbContextOptionsBuilder<TDb>().UseNpgsql("Host=design.invalid").Options;

    public static DbContextOptions<TDb> Sqlite<TDb>()
        where TDb : DbContext => new DbContextOptionsBuilder<TDb>().UseSqlite("Data Source=:memory:").Options;
}
