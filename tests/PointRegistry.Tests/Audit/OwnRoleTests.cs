using System.Net;
using System.Net.Http.Json;
using LaiChau.Testing;
using Npgsql;
using Xunit;

namespace LaiChau.PointRegistry.Tests.Audit;

/// <summary>The service signs in as a role that does not own its tables: its database's permissions are what they are meant to be.</summary>
public sealed class OwnRoleTests : IAsyncLifetime
{
    private readonly string role = $"service_{Guid.CreateVersion7():n}";
    private RegistryHouse house = null!;
    private string connection = null!;

    public async ValueTask InitializeAsync()
    {
        await using (var server = await PostgresDatabase.Create())
        {
            await server.Execute($"CREATE ROLE {role} LOGIN PASSWORD 'mau'");
        }
        house = await RegistryHouse.Create(("Database:Role", role));
        connection = new NpgsqlConnectionStringBuilder(house.Database.ConnectionString)
        {
            Username = role,
            Password = "mau",
        }.ConnectionString;
        await house.Process.Stop();
        await house.Process.Start(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Points"] = connection,
                ["Database:MigrateOnStart"] = "false",
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await house.Process.DisposeAsync();
        await house.Database.Execute($"DROP OWNED BY {role}");
        await house.Database.Execute($"DROP ROLE {role}");
        await house.DisposeAsync();
    }

    [Fact]
    public async Task Everything_works_and_the_audit_trail_only_grows()
    {
        var point = await house.Planned();
        await RegistryHouse.Ok(await house.Enrol(await house.Code(point), new PointMachine(point)));
        await RegistryHouse.Ok(
            await house.Ops.PostAsJsonAsync($"/api/points/{point}/suspend", new { reason = "Thử (mẫu)" })
        );
        var page = await house.Admin.GetFromJsonAsync<System.Text.Json.JsonElement>(
            $"/api/points/audit?entity=point&entityId={point}"
        );
        Assert.Equal(3, page.GetProperty("items").GetArrayLength());

        await using var database = NpgsqlDataSource.Create(connection);
        foreach (
            var sql in new[]
            {
                "UPDATE audit_entries SET line = line",
                "DELETE FROM audit_entries",
                "TRUNCATE audit_entries",
                "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
                "DROP TABLE audit_entries",
            }
        )
        {
            await using var command = database.CreateCommand(sql);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }
}
