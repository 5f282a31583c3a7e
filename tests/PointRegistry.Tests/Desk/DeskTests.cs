using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.PointRegistry.Tests.Accounts;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Desk;

/// <summary>What a point learns of itself, and what becomes of what its officer wrote there.</summary>
public sealed class DeskTests(RegistryHouse house)
{
    private const string Code = "381925";

    [Fact]
    public async Task A_point_learns_what_it_is_now_and_who_runs_it_and_then_that_nothing_has_changed()
    {
        var (point, machine) = await house.Enrolled();
        var (officer, id) = await Officer(point);
        await Officer(await house.Planned(), withCode: true);
        using (var set = await officer.PostAsJsonAsync("/api/points/accounts/me/point-code", new { code = Code }))
        {
            Assert.Equal(HttpStatusCode.NoContent, set.StatusCode);
        }
        using var asPoint = house.Process.ClientWith(await TokenOf(machine));
        using var first = await asPoint.GetAsync("/api/points/me");
        var tag = first.Headers.ETag!;
        var me = await Ok(first);
        Assert.Equal("Điểm mẫu", me.GetProperty("name").GetString());
        var known = Assert.Single(me.GetProperty("officers").EnumerateArray());
        Assert.Equal(id, known.GetProperty("id").GetGuid());
        Assert.DoesNotContain(Code, me.GetRawText(), StringComparison.Ordinal);
        Assert.Matches("^200000\\.[A-Za-z0-9+/=]+\\.[A-Za-z0-9+/=]+$", known.GetProperty("codeHash").GetString());
        asPoint.DefaultRequestHeaders.IfNoneMatch.Add(tag);
        Assert.Equal(HttpStatusCode.NotModified, (await asPoint.GetAsync("/api/points/me")).StatusCode);

        // Whoever may sign in no more is no officer of the point, and the audit trail holds no code.
        await Done(await house.Admin.PostAsync($"/api/points/accounts/{id}/disable", null));
        Assert.Empty((await Ok(await asPoint.GetAsync("/api/points/me"))).GetProperty("officers").EnumerateArray());
        foreach (var entry in await house.Trail("account", id))
        {
            Assert.DoesNotContain("200000.", entry.GetRawText(), StringComparison.Ordinal);
        }
        await Refused(await officer.GetAsync("/api/points/me"), HttpStatusCode.Forbidden, "forbidden");
        await Refused(await house.Ops.GetAsync("/api/points/me"), HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("12345", "từ 6 đến 12 chữ số")]
    [InlineData("1234567890123", "từ 6 đến 12 chữ số")]
    [InlineData("38192a", "từ 6 đến 12 chữ số")]
    [InlineData("121212", "quá dễ đoán")]
    [InlineData("123456", "quá dễ đoán")]
    [InlineData("987654", "quá dễ đoán")]
    public async Task A_code_that_is_no_good_is_refused(string code, string sentence)
    {
        var (officer, _) = await Officer(await house.Planned());
        var refusal = await Ok(
            await officer.PostAsJsonAsync("/api/points/accounts/me/point-code", new { code }),
            HttpStatusCode.UnprocessableEntity
        );
        Assert.Contains(sentence, refusal.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_chosen_on_the_page_by_whoever_has_a_point()
    {
        var point = await house.Planned();
        var name = $"mau-{Guid.CreateVersion7():N}";
        await Ok(
            await house.Admin.PostAsJsonAsync(
                "/api/points/accounts",
                new
                {
                    userName = name,
                    name = "Cán bộ mẫu",
                    roles = new[] { "officer" },
                    password = Password,
                    pointId = point,
                }
            ),
            HttpStatusCode.Created
        );
        using var visitor = new AccountVisitor(house);
        await visitor.Open("/account/point-code");
        Assert.Equal(HttpStatusCode.Found, visitor.Status);
        await visitor.SignIn(name);
        await visitor.Open("/account/point-code");
        await visitor.Submit(("code", Code), ("again", "381926"));
        visitor.Sees("không giống nhau");
        await visitor.Submit(("code", "111111"), ("again", "111111"));
        visitor.Sees("quá dễ đoán");
        await visitor.Submit(("code", Code), ("again", Code));
        visitor.Sees("Đã đặt mã tại điểm");

        var editor = $"mau-{Guid.CreateVersion7():N}";
        await Created(house.Admin, editor, "editor");
        using var other = new AccountVisitor(house);
        await other.SignIn(editor);
        await other.Open("/account/point-code");
        other.Sees("không gắn với điểm nào");
    }

    [Fact]
    public async Task An_entry_becomes_an_opening_or_an_incident_once_in_the_name_of_who_wrote_it()
    {
        var (point, _) = await house.Enrolled();
        var (officer, id) = await Officer(point);
        var (opening, incident) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var i = 0; i < 2; i++)
        {
            await Tell("opening", opening, point, id, Opening("2026-03-02T00:30:00Z", "2026-03-02T04:30:00Z"));
            await Tell("incident", incident, point, id, Incident("Máy in kẹt giấy (mẫu)"));
        }
        await Eventually.Passes(async () =>
        {
            var one = Assert.Single(await Items(officer, $"/api/points/{point}/openings?period=2026-03"));
            Assert.Equal(opening, one.GetProperty("id").GetGuid());
            Assert.Equal("Mẫu", one.GetProperty("note").GetString());
            var raised = Assert.Single(await Items(officer, $"/api/points/cases?point={point}"));
            Assert.Equal(incident, raised.GetProperty("id").GetGuid());
            Assert.Equal("incident", raised.GetProperty("kind").GetString());
            Assert.Equal("urgent", raised.GetProperty("priority").GetString());
            Assert.Equal("Máy in (SN-1)", raised.GetProperty("equipment").GetString());
        });
        var whole = await Ok(await officer.GetAsync($"/api/points/cases/{incident}"));
        Assert.Contains(id.ToString(), whole.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty(await house.Trail("opening", opening));
    }

    [Fact]
    public async Task What_cannot_be_taken_is_told_to_the_point_with_a_sentence()
    {
        var (point, machine) = await house.Enrolled();
        var (officer, id) = await Officer(point);
        var (_, stranger) = await Officer(await house.Planned());
        var taken = Guid.CreateVersion7();
        await Tell("opening", taken, point, id, Opening("2026-03-02T00:30:00Z", "2026-03-02T04:30:00Z"));
        await Eventually.Passes(async () =>
            Assert.Single(await Items(officer, $"/api/points/{point}/openings?period=2026-03"))
        );
        (string Kind, Guid By, JsonObject Said, string Sentence)[] wrong =
        [
            ("opening", id, Opening("2026-03-02T03:00:00Z", "2026-03-02T05:00:00Z"), "Trùng với lần mở cửa"),
            ("opening", id, Opening("2026-03-03T03:00:00Z", "2026-03-05T05:00:00Z"), "trong một ngày"),
            ("opening", stranger, Opening("2026-03-04T03:00:00Z", "2026-03-04T05:00:00Z"), "không còn phụ trách"),
            ("incident", stranger, Incident("Mẫu"), "không còn phụ trách"),
            ("incident", Guid.CreateVersion7(), Incident("Mẫu"), "không còn phụ trách"),
        ];
        var ids = wrong.Select(_ => Guid.CreateVersion7()).ToList();
        foreach (var (w, report) in wrong.Zip(ids))
        {
            await Tell(w.Kind, report, point, w.By, w.Said);
        }
        using var asPoint = house.Process.ClientWith(await TokenOf(machine));
        await Eventually.Passes(async () =>
        {
            var refused = (await Ok(await asPoint.GetAsync("/api/points/me")))
                .GetProperty("refused")
                .EnumerateArray()
                .ToDictionary(r => r.GetProperty("id").GetGuid(), r => r.GetProperty("reason").GetString());
            Assert.Equal(wrong.Length, refused.Count);
            foreach (var (w, report) in wrong.Zip(ids))
            {
                Assert.Contains(w.Sentence, refused[report], StringComparison.Ordinal);
            }
        });
        Assert.Single(await Items(officer, $"/api/points/{point}/openings?period=2026-03"));
        Assert.Empty(await Items(officer, $"/api/points/cases?point={point}"));
    }

    private static JsonObject Opening(string from, string to) =>
        new()
        {
            ["openedAt"] = from,
            ["closedAt"] = to,
            ["note"] = "Mẫu",
        };

    private static JsonObject Incident(string title) =>
        new()
        {
            ["title"] = title,
            ["isUrgent"] = true,
            ["equipment"] = "Máy in (SN-1)",
        };

    private async Task<string> TokenOf(PointMachine machine) =>
        (await Ok(await house.Assert(machine, machine.Assertion(house.Audience))))
            .GetProperty("access_token")
            .GetString()!;

    private async Task<(HttpClient Client, Guid Id)> Officer(Guid point, bool withCode = false)
    {
        var client = await house.Somebody("officer", pointId: point);
        if (withCode)
        {
            await Done(await client.PostAsJsonAsync("/api/points/accounts/me/point-code", new { code = Code }));
        }
        var id = ClaimsOf(client.DefaultRequestHeaders.Authorization!.Parameter!).GetProperty("sub").GetGuid();
        return (client, id);
    }

    private static async Task Done(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    private static async Task<List<JsonElement>> Items(HttpClient client, string path) =>
        [.. (await Ok(await client.GetAsync(path))).GetProperty("items").EnumerateArray()];

    private Task Tell(string kind, Guid report, Guid point, Guid by, JsonObject said)
    {
        var message = said.DeepClone().AsObject();
        message["reportId"] = report;
        message["pointId"] = point;
        message["byId"] = by;
        message["writtenAt"] = "2026-03-06T05:00:00Z";
        message["aggregateVersion"] = 1;
        var envelope = new JsonObject
        {
            ["messageId"] = Guid.CreateVersion7(),
            ["messageType"] = new JsonArray($"laichau:telemetry:{kind}-reported:v1"),
            ["message"] = message,
        };
        return house.Broker.Publish(
            $"laichau.telemetry.{kind}-reported.v1",
            "",
            envelope.ToJsonString(),
            new { content_type = "application/vnd.masstransit+json" }
        );
    }
}
