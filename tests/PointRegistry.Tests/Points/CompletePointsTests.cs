using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Points;

public sealed class CompletePointsTests
{
    [Fact]
    public async Task Points_of_an_older_database_get_their_history_and_are_found()
    {
        await using var house = await Create();
        var (active, _) = await house.Enrolled();
        var closed = await house.Planned("Điểm mẫu đã đóng", "03445");
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{closed}/close", new { reason = "Gộp (mẫu)" }));
        await house.Process.Kill();
        // What the tables held before there were memberships, states and search texts.
        await house.Database.Execute(
            """
            DELETE FROM point_memberships;
            DELETE FROM point_states;
            UPDATE points SET search_text = '', search_plain = '', name_key = '', unit_key = '', state_key = '',
                created_at = created_at - interval '20 days';
            """
        );
        await house.Process.Start();

        var states = await States(active);
        Assert.Equal(["planned", "active"], states.ConvertAll(s => s.GetProperty("state").GetString()));
        states = await States(closed);
        Assert.Equal(["planned", "closed"], states.ConvertAll(s => s.GetProperty("state").GetString()));
        Assert.Equal("Gộp (mẫu)", states[1].GetProperty("reason").GetString());
        var page = await Ok(await house.Editor.GetAsync("/api/points?q=muong%20te&sort=name"));
        Assert.Equal(closed, Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("id").GetGuid());
        var day = TimeProvider.System.GetUtcNow().AddDays(-10).ToString("yyyy-MM-dd", null);
        var report = await Ok(await house.Editor.GetAsync($"/api/points/summary?asOf={day}"));
        Assert.Equal(2, report.GetProperty("total").GetProperty("planned").GetInt32());

        async Task<List<JsonElement>> States(Guid point) =>
            [
                .. (await Ok(await house.Editor.GetAsync($"/api/points/{point}/history")))
                    .GetProperty("states")
                    .EnumerateArray(),
            ];
    }
}
