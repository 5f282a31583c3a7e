using System.Text.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Points;

public sealed class TellKeysTests
{
    [Fact]
    public async Task The_key_of_a_point_that_enrolled_before_messages_carried_it_is_told_once()
    {
        await using var house = await Create();
        var (point, _) = await house.Enrolled();
        var planned = await house.Planned("Điểm mẫu chưa ghi danh");
        var enrolled = await Eventually.Passes(async () =>
            Assert.Single(await house.Broker.Heard("point-enrolled"), m => Of(m, point))
        );
        var before = (await Changes(house, point)).Count;
        var version = enrolled.GetProperty("aggregateVersion").GetInt64();
        await house.Process.Kill();
        // The table as the older version left it.
        await house.Database.Execute(
            """
            ALTER TABLE points DROP COLUMN key_told;
            DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '%_KeyTold';
            """
        );
        await house.Process.Start();
        await Eventually.Holds(async () => (await Changes(house, point)).Count > before);

        // Whoever starts again, or beside it, tells nothing more: what is told later comes after it.
        await house.Process.Kill();
        await house.Process.Start();
        await using var beside = await house.Replica();
        var later = await house.Planned("Điểm mẫu đăng ký sau");
        await Eventually.Passes(async () => Assert.Single(await Changes(house, later)));
        var told = (await Changes(house, point))[before..];
        var message = Assert.Single(told);
        Assert.Equal(version + 1, message.GetProperty("aggregateVersion").GetInt64());
        Assert.Equal("active", message.GetProperty("state").GetString());
        Assert.Equal(
            enrolled.GetProperty("profile").GetProperty("publicKey").GetString(),
            message.GetProperty("profile").GetProperty("publicKey").GetString()
        );
        Assert.Single(await Changes(house, planned));
    }

    private static async Task<List<JsonElement>> Changes(RegistryHouse house, Guid point) =>
        [.. (await house.Broker.Heard("point-profile-changed")).Where(m => Of(m, point))];

    private static bool Of(JsonElement message, Guid point) => message.GetProperty("pointId").GetGuid() == point;
}
