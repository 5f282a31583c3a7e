using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Points;

public sealed class PointHistoryTests(RegistryHouse house)
{
    [Fact]
    public async Task Tells_who_took_each_step_when_and_why()
    {
        var (point, _) = await house.Enrolled();
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{point}/suspend", new { reason = " Mất điện (mẫu) " }));
        await Ok(
            await house.Ops.PostAsJsonAsync($"/api/points/{point}/activate", new { reason = "Có điện lại (mẫu)" })
        );

        var states = (await History(point)).GetProperty("states").EnumerateArray().ToList();
        Assert.Equal(
            [("planned", null), ("active", null), ("suspended", "Mất điện (mẫu)"), ("active", "Có điện lại (mẫu)")],
            states.Select(s => (s.GetProperty("state").GetString(), Text(s, "reason")))
        );
        Assert.Equal("Tài khoản mẫu", states[2].GetProperty("by").GetProperty("name").GetString());
        // By its own machine.
        Assert.False(states[1].TryGetProperty("by", out _));
        var moments = states.ConvertAll(s => s.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(moments.Order(), moments);
    }

    [Fact]
    public async Task A_point_that_moves_is_in_its_old_unit_on_the_days_before()
    {
        var point = await house.Planned("Điểm mẫu dời chỗ", "03529");
        await house.Database.Execute(
            $"""
            UPDATE point_memberships SET valid_from = valid_from - 9 WHERE point_id = '{point}';
            UPDATE point_states SET at = at - interval '9 days' WHERE point_id = '{point}';
            """
        );
        await Move("03532");
        // A second move on one day leaves no membership of no days.
        await Move("03538");

        var memberships = (await History(point)).GetProperty("memberships").EnumerateArray().ToList();
        Assert.Equal(["03529", "03538"], memberships.ConvertAll(m => Text(m, "unitCode")));
        Assert.Equal(Text(memberships[0], "to"), Text(memberships[1], "from"));
        Assert.Null(Text(memberships[1], "to"));
        Assert.Equal("03529", await UnitOn(-1));
        Assert.Equal("03538", await UnitOn(0));
        Assert.Null(await UnitOn(-20));

        async Task Move(string unit) =>
            await Ok(
                await house.Ops.PutAsJsonAsync(
                    $"/api/points/{point}",
                    new
                    {
                        name = "Điểm mẫu dời chỗ",
                        unitCode = unit,
                        languages = new[] { "vi" },
                    }
                )
            );

        async Task<string?> UnitOn(int days)
        {
            var day = TimeProvider.System.GetUtcNow().AddHours(7).AddDays(days).ToString("yyyy-MM-dd", null);
            var page = await Ok(await house.Editor.GetAsync($"/api/points?asOf={day}&q=doi%20cho&limit=500"));
            return page.GetProperty("items")
                .EnumerateArray()
                .Where(p => p.GetProperty("id").GetGuid() == point)
                .Select(p => Text(p, "unitCode"))
                .SingleOrDefault();
        }
    }

    [Fact]
    public async Task A_report_adds_up_over_the_tiers_of_its_day()
    {
        await house.Planned("Điểm mẫu cộng dồn", "03613");
        var report = await Ok(await house.Editor.GetAsync("/api/points/summary"));
        var units = report
            .GetProperty("units")
            .EnumerateArray()
            .ToDictionary(u => Text(u, "code")!, u => u.GetProperty("counts"));
        Assert.Equal(39, units.Count);
        Assert.True(units["03613"].GetProperty("planned").GetInt32() >= 1);
        var communes = units.Where(u => u.Key != "12").Sum(u => u.Value.GetProperty("points").GetInt32());
        Assert.Equal(communes, units["12"].GetProperty("points").GetInt32());
        Assert.Equal(communes, report.GetProperty("total").GetProperty("points").GetInt32());
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task A_day_far_off_is_a_day_too(string day)
    {
        await Ok(await house.Editor.GetAsync($"/api/points/summary?asOf={day}"));
        await Ok(await house.Editor.GetAsync($"/api/points?asOf={day}&unit=12"));
    }

    [Fact]
    public async Task A_point_that_is_not_there_has_no_history() =>
        await Refused(
            await house.Editor.GetAsync($"/api/points/{Guid.CreateVersion7()}/history"),
            HttpStatusCode.NotFound,
            "point-not-found"
        );

    private async Task<JsonElement> History(Guid point) =>
        await Ok(await house.Editor.GetAsync($"/api/points/{point}/history"));

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
