using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Cases;

/// <summary>Incidents that the platform raises, and cases that go where their commune goes.</summary>
public sealed class SilenceTests(RegistryHouse house)
{
    [Fact]
    public async Task Each_silence_is_one_incident_whatever_comes_twice_or_late()
    {
        var (point, _) = await house.Enrolled();
        await Tell("point-silent", point, 1, "2026-01-02T03:04:05Z");
        await Tell("point-silent", point, 1, "2026-01-02T03:04:05Z");
        await Eventually.Holds(async () => await Heard(point, 1));
        await Tell("point-back", point, 2, "2026-01-02T05:04:05Z");
        await Tell("point-back", point, 2, "2026-01-02T05:04:05Z");
        await Tell("point-silent", point, 1, "2026-01-02T03:04:05Z");
        await Eventually.Holds(async () => await Heard(point, 2));
        await Tell("point-silent", point, 3, "2026-02-02T03:04:05Z");
        await Eventually.Holds(async () => await Heard(point, 3));
        await Tell("point-back", point, 4, "2026-02-02T05:04:05Z");
        await Eventually.Passes(async () =>
        {
            var cases = await Cases(point);
            Assert.Equal(2, cases.Count);
            foreach (var incident in cases)
            {
                Assert.Equal("incident", incident.GetProperty("kind").GetString());
                Assert.Equal("open", incident.GetProperty("state").GetString());
                Assert.False(incident.TryGetProperty("raisedBy", out _));
                var whole = await Ok(await house.Ops.GetAsync($"/api/points/cases/{incident.GetProperty("id")}"));
                Assert.Equal(
                    ["raise", "heardAgain"],
                    whole.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("step").GetString())
                );
            }
        });
    }

    [Fact]
    public async Task What_comes_of_a_silence_after_its_end_raises_nothing()
    {
        var (point, _) = await house.Enrolled();
        await Tell("point-back", point, 2, "2026-01-02T05:04:05Z");
        await Eventually.Holds(async () => await Heard(point, 2));
        await Tell("point-silent", point, 1, "2026-01-02T03:04:05Z");
        var (other, _) = await house.Enrolled();
        await Tell("point-silent", other, 1, "2026-01-02T03:04:05Z");
        await Eventually.Passes(async () => Assert.Single(await Cases(other)));
        Assert.Empty(await Cases(point));
    }

    [Fact]
    public async Task A_case_goes_where_its_commune_goes()
    {
        await using var own = await Create();
        using var commune = await own.Somebody("commune", "03390");
        var raised = await Ok(
            await commune.PostAsJsonAsync(
                "/api/points/cases",
                new
                {
                    kind = "task",
                    title = "Việc mẫu",
                    unitCode = "03390",
                }
            ),
            HttpStatusCode.Created
        );
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date);
        await Ok(
            await own.Admin.PostAsJsonAsync(
                "/api/points/units/merges",
                new
                {
                    act = "Nghị quyết mẫu",
                    effectiveOn = today,
                    units = new[]
                    {
                        new
                        {
                            code = "09991",
                            name = "Đơn vị mẫu",
                            type = "commune",
                            parentCode = "12",
                            from = new[] { "03390", "03405" },
                        },
                    },
                }
            )
        );
        using var heir = await own.Somebody("commune", "09991");
        var read = await Ok(await heir.GetAsync($"/api/points/cases/{raised.GetProperty("id")}"));
        Assert.Equal("09991", read.GetProperty("unitCode").GetString());
        Assert.Equal("Xã Đơn vị mẫu", read.GetProperty("unitName").GetString());
    }

    [Fact]
    public async Task Is_overdue_after_its_day_until_it_is_settled()
    {
        var point = await house.Planned();
        var raised = await Ok(
            await house.Ops.PostAsJsonAsync(
                "/api/points/cases",
                new
                {
                    kind = "task",
                    title = "Việc mẫu",
                    pointId = point,
                    dueOn = "2099-01-01",
                }
            ),
            HttpStatusCode.Created
        );
        var id = raised.GetProperty("id").GetGuid();
        await house.Database.Execute($"UPDATE cases SET due_on = '2026-01-01' WHERE id = '{id}'");
        Assert.True(Assert.Single(await Cases(point, "&overdue=true")).GetProperty("overdue").GetBoolean());
        Assert.Empty(await Cases(point, "&overdue=false"));
        foreach (var step in new[] { "accept", "start", "resolve" })
        {
            await Ok(await house.Ops.PostAsJsonAsync($"/api/points/cases/{id}/steps", new { step, comment = "Mẫu" }));
        }
        Assert.Empty(await Cases(point, "&overdue=true"));
        Assert.False(Assert.Single(await Cases(point, "&overdue=false")).GetProperty("overdue").GetBoolean());
    }

    private async Task<bool> Heard(Guid point, long version) =>
        await house.Database.Scalar<long>(
            $"SELECT count(*) FROM inbox_position WHERE aggregate_id = '{point}' AND version = {version}"
        ) == 1;

    private async Task<List<JsonElement>> Cases(Guid point, string query = "") =>
        [
            .. (await Ok(await house.Ops.GetAsync($"/api/points/cases?point={point}{query}")))
                .GetProperty("items")
                .EnumerateArray(),
        ];

    private Task Tell(string name, Guid point, long version, string at) =>
        house.Broker.Publish(
            $"laichau.telemetry.{name}.v1",
            "",
            $$"""
            {"messageId":"{{Guid.CreateVersion7()}}","messageType":["laichau:telemetry:{{name}}:v1"],"message":{
             "pointId":"{{point}}","aggregateVersion":{{version}},"lastContactAt":"{{at}}",
             "noticedAt":"{{at}}","contactAt":"{{at}}"} }
            """,
            new { content_type = "application/vnd.masstransit+json" }
        );
}
