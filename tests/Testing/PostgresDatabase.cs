using Npgsql;

namespace LaiChau.Testing;

/// <summary>A fresh, empty database of its own name on the shared server; dropped at the end.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly string server;

    private PostgresDatabase(string server, string name)
    {
        this.server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server)
        {
            Database = name,
            IncludeErrorDetail = true,
            MaxPoolSize = 40,
        }.ConnectionString;
    }

    public string Name { get; }

    public string ConnectionString { get; }

    /// <summary>The setting by which a service takes it, e.g. "Catalog" for ConnectionStrings:Catalog.</summary>
    public KeyValuePair<string, string?> Setting(string name) => new($"ConnectionStrings:{name}", ConnectionString);

    public static async Task<PostgresDatabase> Create()
    {
        var database = new PostgresDatabase(await SharedServers.Postgres, $"test_{Guid.CreateVersion7():n}");
        await database.OnServer($"CREATE DATABASE {database.Name}");
        return database;
    }

    /// <summary>One statement on this database, past the code under test.</summary>
    public async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row, e.g. a count.</summary>
    public async Task<T> Scalar<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync() => await OnServer($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");

    private async Task OnServer(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
