using System.Net;
using System.Net.Http.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Points;

public sealed class PointLifeTests(RegistryHouse house)
{
    [Fact]
    public async Task Goes_from_planned_to_active_to_suspended_and_back_to_closed()
    {
        var (point, _) = await house.Enrolled();
        Assert.Equal("active", await State(point));
        await Ok(await Move(point, "suspend", "Sửa nhà (mẫu)"));
        Assert.Equal("suspended", await State(point));
        await Refused(await Move(point, "suspend", "Lần nữa"), HttpStatusCode.Conflict, "wrong-state");
        await Ok(await house.Ops.PostAsync($"/api/points/{point}/activate", null));
        await Ok(await Move(point, "close", "Gộp điểm (mẫu)"));
        await Refused(
            await house.Ops.PostAsync($"/api/points/{point}/activate", null),
            HttpStatusCode.Conflict,
            "wrong-state"
        );
        await Refused(
            await house.Ops.PutAsJsonAsync($"/api/points/{point}", Profile("Tên khác")),
            HttpStatusCode.Conflict,
            "wrong-state"
        );
    }

    [Fact]
    public async Task A_planned_point_is_not_suspended()
    {
        var point = await house.Planned();
        await Refused(await Move(point, "suspend", "Sai lúc"), HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task Can_be_renamed_and_is_read_back()
    {
        var point = await house.Planned();
        await Ok(await house.Ops.PutAsJsonAsync($"/api/points/{point}", Profile("Nhà văn hóa (mẫu)")));
        var read = await Ok(await house.Editor.GetAsync($"/api/points/{point}"));
        Assert.Equal("Nhà văn hóa (mẫu)", read.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Lists_every_point_once_page_by_page()
    {
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await house.Planned());
        }
        var seen = new List<Guid>();
        for (string? after = null; ; )
        {
            var page = await Ok(await house.Editor.GetAsync($"/api/points?state=planned&limit=2{after}"));
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetGuid()));
            after = page.TryGetProperty("next", out var next) ? $"&after={next.GetString()}" : null;
            if (after is null)
            {
                break;
            }
        }
        Assert.Equal(seen.Distinct().Count(), seen.Count);
        Assert.All(made, id => Assert.Contains(id, seen));
    }

    [Theory]
    [InlineData("", "03478", "vi", "invalid")]
    [InlineData("Điểm mẫu", "99999", "vi", "unit-unknown")]
    [InlineData("Điểm mẫu", "03478", "tiếng Việt", "invalid")]
    public async Task Refuses_a_profile_that_is_wrong(string name, string unit, string language, string code) =>
        await Refused(await house.Plan(name, unit, language), HttpStatusCode.UnprocessableEntity, code);

    [Fact]
    public async Task Only_operators_plan_points()
    {
        await Refused(
            await house.Editor.PostAsJsonAsync("/api/points", Profile("Điểm mẫu")),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
        await Refused(
            await house.Anonymous.PostAsJsonAsync("/api/points", Profile("Điểm mẫu")),
            HttpStatusCode.Unauthorized,
            "unauthenticated"
        );
    }

    [Fact]
    public async Task Tells_the_others_of_enrolment_change_and_suspension_in_order()
    {
        var (point, _) = await house.Enrolled();
        await Ok(await house.Ops.PutAsJsonAsync($"/api/points/{point}", Profile("Tên mới (mẫu)")));
        await Ok(await Move(point, "suspend", "Sửa nhà (mẫu)"));

        var enrolled = await Version("point-enrolled");
        var changed = await Version("point-profile-changed", p => p.GetProperty("name").GetString() == "Tên mới (mẫu)");
        var suspended = await Version("point-suspended");
        Assert.True(enrolled < changed && changed < suspended, $"{enrolled}, {changed}, {suspended}");

        async Task<long> Version(string message, Func<global::System.Text.Json.JsonElement, bool>? profile = null) =>
            await Eventually.Passes(async () =>
            {
                var heard = await house.Broker.Heard(message);
                return Assert
                    .Single(
                        heard,
                        m =>
                            m.GetProperty("pointId").GetGuid() == point
                            && (profile is null || profile(m.GetProperty("profile")))
                    )
                    .GetProperty("aggregateVersion")
                    .GetInt64();
            });
    }

    [Fact]
    public async Task What_was_done_while_the_broker_was_away_is_told_after_a_kill()
    {
        await using var alone = await Create(
            ("ConnectionStrings:RabbitMq", $"amqp://a:b@127.0.0.1:{FreePort.Take()}/")
        );
        var point = await alone.Planned("Điểm mẫu khi mất hàng đợi");
        await alone.Process.Kill();

        await alone.Process.Start([alone.Broker.Setting]);

        await Eventually.Passes(async () =>
            Assert.Single(
                await alone.Broker.Heard("point-profile-changed"),
                m => m.GetProperty("pointId").GetGuid() == point
            )
        );
    }

    [Fact]
    public async Task Silence_and_return_are_noted_once_whatever_comes_twice()
    {
        var (point, _) = await house.Enrolled();
        var (other, _) = await house.Enrolled();
        await Tell("point-silent", point, 1);
        await Eventually.Holds(async () => await SilentSince(point) is not null);
        await Tell("point-back", point, 2);
        await Eventually.Holds(async () => await SilentSince(point) is null);

        // Old news comes late; what comes behind it shows that it was heard.
        await Tell("point-silent", point, 1);
        await Tell("point-silent", other, 1);
        await Eventually.Holds(async () => await SilentSince(other) is not null);
        Assert.Null(await SilentSince(point));

        await Tell("point-silent", point, 3);
        await Eventually.Holds(async () => await SilentSince(point) is not null);
    }

    private Task Tell(string name, Guid point, long version) =>
        house.Broker.Publish(
            $"laichau.telemetry.{name}.v1",
            "",
            $$"""
            {"messageId":"{{Guid.CreateVersion7()}}","messageType":["laichau:telemetry:{{name}}:v1"],"message":{
             "pointId":"{{point}}","aggregateVersion":{{version}},"lastContactAt":"2026-01-02T03:04:05Z",
             "noticedAt":"2026-01-02T04:04:05Z","contactAt":"2026-01-02T05:04:05Z"} }
            """,
            new { content_type = "application/vnd.masstransit+json" }
        );

    private async Task<string?> SilentSince(Guid point) =>
        (await Ok(await house.Editor.GetAsync($"/api/points/{point}"))).TryGetProperty("silentSince", out var since)
            ? since.GetString()
            : null;

    private static object Profile(string name) =>
        new
        {
            name,
            unitCode = "03478",
            languages = new[] { "vi" },
        };

    private Task<HttpResponseMessage> Move(Guid point, string step, string reason) =>
        house.Ops.PostAsJsonAsync($"/api/points/{point}/{step}", new { reason });

    private async Task<string?> State(Guid point) =>
        (await Ok(await house.Editor.GetAsync($"/api/points/{point}"))).GetProperty("state").GetString();
}
