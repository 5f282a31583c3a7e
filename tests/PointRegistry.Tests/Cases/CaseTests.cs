using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Cases;

public sealed class PostgresCaseTests(PostgresHouse fixture) : CaseTests(fixture.House), IClassFixture<PostgresHouse>;

public sealed class SqliteCaseTests(SqliteHouse fixture) : CaseTests(fixture.House), IClassFixture<SqliteHouse>;

/// <summary>Tasks, incidents and cases between point, team, commune and department; the same on both databases.</summary>
public abstract class CaseTests(RegistryHouse house)
{
    private const string Unit = "03390";
    private const string Other = "03405";
    private readonly string mark = $"m{Guid.CreateVersion7():N}"[..24];

    [Fact]
    public async Task Goes_from_open_to_closed_and_is_reopened_and_every_step_stays()
    {
        var point = await house.Planned(unit: Unit);
        using var officer = await house.Somebody("officer", pointId: point);
        var id = await Raised(
            officer,
            new
            {
                kind = "incident",
                title = "Máy chiếu không lên (mẫu)",
                pointId = point,
            }
        );
        await Ok(await Step(officer, id, new { step = "accept" }));
        await Ok(await Step(officer, id, new { step = "start", comment = "Đang xem (mẫu)" }));
        await Ok(await Step(officer, id, new { step = "resolve", comment = "Đã thay cáp (mẫu)" }));
        await Ok(await Step(officer, id, new { step = "close" }));
        await Ok(await Step(officer, id, new { step = "reopen", comment = "Lại hỏng (mẫu)" }));

        var read = await Ok(await officer.GetAsync($"/api/points/cases/{id}"));
        Assert.Equal("reopened", read.GetProperty("state").GetString());
        var steps = read.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(
            [
                "raise open",
                "accept accepted",
                "start inProgress",
                "resolve resolved",
                "close closed",
                "reopen reopened",
            ],
            steps.Select(s => $"{s.GetProperty("step").GetString()} {s.GetProperty("state").GetString()}")
        );
        Assert.Equal("Đã thay cáp (mẫu)", steps[3].GetProperty("comment").GetString());
        Assert.All(steps, s => Assert.Equal("Người mẫu", s.GetProperty("by").GetProperty("name").GetString()));
        var trail = await Ok(await house.Admin.GetAsync("/api/points/audit?entity=case-step&limit=500"));
        Assert.Contains("Đã thay cáp (mẫu)", trail.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"step":"start"}""", 409, "step-not-allowed", "tiếp nhận (accept) trước")]
    [InlineData("""{"step":"close"}""", 409, "step-not-allowed", "tiếp nhận (accept) trước")]
    [InlineData("""{"step":"reopen","comment":"Mẫu"}""", 409, "step-not-allowed", "tiếp nhận (accept) trước")]
    [InlineData("""{"step":"assign","assignee":"officer"}""", 409, "step-not-allowed", "cán bộ của điểm rồi")]
    [InlineData("""{"step":"resolve"}""", 422, "invalid", "cần ghi ý kiến")]
    [InlineData("""{"step":"comment","comment":" "}""", 422, "invalid", "cần ghi ý kiến")]
    [InlineData("""{"step":"assign"}""", 422, "invalid", "nơi nhận")]
    [InlineData("""{"step":"accept","assignee":"commune"}""", 422, "invalid", "nơi nhận")]
    [InlineData("""{"step":"accept","dueOn":"2099-01-01"}""", 422, "invalid", "assign hoặc plan")]
    [InlineData("""{"step":"plan"}""", 422, "invalid", "hạn mới")]
    [InlineData("""{"step":"plan","dueOn":"2020-01-01"}""", 422, "invalid", "quá khứ")]
    [InlineData("""{"step":"heardAgain"}""", 422, "invalid", "hệ thống tự ghi")]
    [InlineData("""{"step":"burn"}""", 400, "bad-request", "")]
    public async Task A_step_that_is_not_allowed_is_refused_with_a_sentence(
        string step,
        int status,
        string code,
        string sentence
    )
    {
        var point = await house.Planned(unit: Unit);
        var id = await Raised(
            house.Ops,
            new
            {
                kind = "task",
                title = "Việc mẫu",
                pointId = point,
            }
        );
        using var answer = await Step(house.Ops, id, JsonElement.Parse(step));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, body);
        Assert.Equal(code, JsonElement.Parse(body).GetProperty("code").GetString());
        Assert.Contains(sentence, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"task","title":" ","unitCode":"03390"}""", "invalid")]
    [InlineData("""{"kind":"task","title":"Việc mẫu"}""", "invalid")]
    [InlineData("""{"kind":"task","title":"Việc mẫu","unitCode":"99999"}""", "unit-unknown")]
    [InlineData("""{"kind":"task","title":"Việc mẫu","unitCode":"12"}""", "unit-not-commune")]
    [InlineData("""{"kind":"task","title":"Việc mẫu","unitCode":"03390","assignee":"officer"}""", "invalid")]
    [InlineData("""{"kind":"task","title":"Việc mẫu","unitCode":"03390","equipment":"Máy in"}""", "invalid")]
    [InlineData("""{"kind":"task","title":"Việc mẫu","unitCode":"03390","dueOn":"2020-01-01"}""", "invalid")]
    public async Task What_cannot_be_raised_is_refused(string request, string code) =>
        await Refused(
            await house.Ops.PostAsJsonAsync("/api/points/cases", JsonElement.Parse(request)),
            HttpStatusCode.UnprocessableEntity,
            code
        );

    [Fact]
    public async Task Is_routed_to_commune_and_department_and_back_and_only_who_has_it_settles_it()
    {
        var point = await house.Planned(unit: Unit);
        using var manager = await house.Somebody("manager", pointId: point);
        using var commune = await house.Somebody("commune", Unit);
        var id = await Raised(
            manager,
            new
            {
                kind = "case",
                title = "Mất điện dài ngày (mẫu)",
                pointId = point,
            }
        );
        await Ok(
            await Step(
                manager,
                id,
                new
                {
                    step = "assign",
                    assignee = "commune",
                    comment = "Xin hỗ trợ (mẫu)",
                }
            )
        );
        await Refused(await Step(manager, id, new { step = "accept" }), HttpStatusCode.Conflict, "case-elsewhere");
        await Ok(await Step(manager, id, new { step = "comment", comment = "Vẫn mất điện (mẫu)" }));
        await Ok(await Step(commune, id, new { step = "accept" }));
        var sent = await Ok(
            await Step(
                commune,
                id,
                new
                {
                    step = "assign",
                    assignee = "department",
                    priority = "urgent",
                }
            )
        );
        Assert.Equal("open", sent.GetProperty("state").GetString());
        Assert.Equal("urgent", sent.GetProperty("priority").GetString());
        await Refused(
            await Step(commune, id, new { step = "assign", assignee = "commune" }),
            HttpStatusCode.Conflict,
            "case-elsewhere"
        );
        await Ok(await Step(house.Ops, id, new { step = "assign", assignee = "team" }));
        await Ok(await Step(manager, id, new { step = "accept" }));
    }

    [Fact]
    public async Task Each_sees_what_is_of_its_place_and_the_rest_does_not_exist()
    {
        var (near, far) = (await house.Planned(unit: Unit), await house.Planned(unit: Other));
        var atNear = await Raised(
            house.Ops,
            new
            {
                kind = "task",
                title = $"Việc {mark}",
                pointId = near,
            }
        );
        var atFar = await Raised(
            house.Ops,
            new
            {
                kind = "task",
                title = $"Việc {mark}",
                pointId = far,
            }
        );
        var ofUnit = await Raised(
            house.Ops,
            new
            {
                kind = "case",
                title = $"Việc {mark}",
                unitCode = Unit,
            }
        );
        using var officer = await house.Somebody("officer", pointId: near);
        using var commune = await house.Somebody("commune", Unit);

        Assert.Equal([atNear], await Ids(officer));
        Assert.Equal([atNear, ofUnit], await Ids(commune));
        Assert.Equal([atNear, atFar, ofUnit], await Ids(house.Ops));
        foreach (var id in new[] { atFar, Guid.CreateVersion7() })
        {
            await Refused(await commune.GetAsync($"/api/points/cases/{id}"), HttpStatusCode.NotFound, "case-not-found");
            await Refused(await Step(commune, id, new { step = "accept" }), HttpStatusCode.NotFound, "case-not-found");
        }
        await Refused(await officer.GetAsync($"/api/points/cases/{ofUnit}"), HttpStatusCode.NotFound, "case-not-found");
        await Refused(
            await Raise(
                officer,
                new
                {
                    kind = "task",
                    title = "Việc mẫu",
                    pointId = far,
                }
            ),
            HttpStatusCode.NotFound,
            "point-not-found"
        );
        await Refused(
            await Raise(
                commune,
                new
                {
                    kind = "task",
                    title = "Việc mẫu",
                    unitCode = Other,
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "unit-out-of-place"
        );
        await Refused(await house.Editor.GetAsync("/api/points/cases"), HttpStatusCode.Forbidden, "forbidden");
        using var reviewer = await house.Account("reviewer");
        await Refused(await reviewer.GetAsync("/api/points/cases"), HttpStatusCode.Forbidden, "forbidden");

        async Task<IEnumerable<Guid>> Ids(HttpClient client) => (await List(client, $"q={mark}")).Select(Id);
    }

    [Fact]
    public async Task Of_two_at_once_the_second_is_told_so()
    {
        var id = await Raised(
            house.Ops,
            new
            {
                kind = "task",
                title = "Việc mẫu",
                unitCode = Unit,
            }
        );
        using var read = await house.Ops.GetAsync($"/api/points/cases/{id}");
        var tag = read.Headers.ETag!;
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(_ =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Post, $"/api/points/cases/{id}/steps")
                    {
                        Content = JsonContent.Create(new { step = "comment", comment = "Cùng lúc (mẫu)" }),
                    };
                    request.Headers.IfMatch.Add(tag);
                    return house.Ops.SendAsync(request);
                })
        );
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed], answers.Select(a => a.StatusCode).Order());
        var steps = (await Ok(await house.Ops.GetAsync($"/api/points/cases/{id}"))).GetProperty("steps");
        Assert.Equal(2, steps.GetArrayLength());
    }

    [Fact]
    public async Task The_same_request_twice_raises_one()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/points/cases")
            {
                Content = JsonContent.Create(
                    new
                    {
                        kind = "task",
                        title = $"Việc {mark}",
                        unitCode = Unit,
                    }
                ),
            };
            request.Headers.Add("Idempotency-Key", mark);
            ids.Add(Id(await Ok(await house.Ops.SendAsync(request), HttpStatusCode.Created)));
        }
        Assert.Equal(ids[0], ids[1]);
        Assert.Single(await List(house.Ops, $"q={mark}"));
    }

    [Fact]
    public async Task An_incident_names_a_thing_that_stands_at_the_point()
    {
        var point = Id(
            await Ok(
                await house.Ops.PostAsJsonAsync(
                    "/api/points",
                    new
                    {
                        name = "Điểm mẫu",
                        unitCode = Unit,
                        languages = new[] { "vi" },
                        equipment = new object[]
                        {
                            new
                            {
                                name = "Máy in",
                                health = "good",
                                serial = "MAU-1",
                            },
                        },
                    }
                ),
                HttpStatusCode.Created
            )
        );
        foreach (var named in new[] { "máy in", "MAU-1" })
        {
            var raised = await Ok(await Raise(house.Ops, Incident(named)), HttpStatusCode.Created);
            Assert.Equal("Máy in (MAU-1)", raised.GetProperty("equipment").GetString());
        }
        await Refused(await Raise(house.Ops, Incident("Máy kéo")), HttpStatusCode.UnprocessableEntity, "invalid");

        object Incident(string equipment) =>
            new
            {
                kind = "incident",
                title = "Kẹt giấy (mẫu)",
                pointId = point,
                equipment,
            };
    }

    [Theory]
    [InlineData("created")]
    [InlineData("-created")]
    [InlineData("due")]
    [InlineData("-due")]
    [InlineData("priority")]
    [InlineData("-priority")]
    [InlineData("state")]
    [InlineData("-state")]
    public async Task Pages_in_any_order_hold_each_once(string sort)
    {
        var made = new List<Guid>();
        foreach (var (priority, due) in new[] { ("low", "2099-05-01"), ("urgent", null), ("high", "2099-01-01") })
        {
            for (var i = 0; i < 2; i++)
            {
                made.Add(
                    await Raised(
                        house.Ops,
                        new
                        {
                            kind = "task",
                            title = $"Việc {mark}",
                            unitCode = Unit,
                            priority,
                            dueOn = due,
                        }
                    )
                );
            }
        }
        await Ok(await Step(house.Ops, made[0], new { step = "accept" }));
        var seen = new List<JsonElement>();
        for (string? after = ""; after is not null; )
        {
            var page = await Ok(
                await house.Ops.GetAsync($"/api/points/cases?q={mark}&sort={sort}&limit=4&after={after}")
            );
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(made.Order(), seen.Select(Id).Order());
        var keys = seen.ConvertAll(c =>
            sort.TrimStart('-') switch
            {
                "due" => c.TryGetProperty("dueOn", out var due) ? due.GetString()! : "9",
                "priority" => c.GetProperty("priority").GetString() switch
                {
                    "urgent" => "0",
                    "high" => "1",
                    _ => "3",
                },
                "state" => c.GetProperty("state").GetString() == "open" ? "0" : "1",
                _ => c.GetProperty("id").GetString()!,
            }
        );
        var ordered = keys.Order(StringComparer.Ordinal);
        Assert.Equal(sort[0] == '-' ? ordered.Reverse() : ordered, keys);
        await Refused(
            await house.Ops.GetAsync($"/api/points/cases?sort=colour"),
            HttpStatusCode.UnprocessableEntity,
            "sort-unknown"
        );
        await Refused(
            await house.Ops.GetAsync($"/api/points/cases?sort={sort}&after=khong-phai"),
            HttpStatusCode.UnprocessableEntity,
            "cursor-invalid"
        );
    }

    [Fact]
    public async Task Filters_and_finds_by_its_words_and_its_places()
    {
        var point = await house.Planned($"Trường {mark}", Unit);
        var incident = await Raised(
            house.Ops,
            new
            {
                kind = "incident",
                title = "Hỏng Ăng-ten (mẫu)",
                pointId = point,
                priority = "high",
                assignee = "department",
            }
        );
        var task = await Raised(
            house.Ops,
            new
            {
                kind = "task",
                title = $"Họp {mark}",
                unitCode = Other,
            }
        );
        await Ok(await Step(house.Ops, task, new { step = "accept" }));

        await Holds("", incident, task);
        await Holds("&kind=incident", incident);
        await Holds("&state=accepted", task);
        await Holds("&assignee=department", incident);
        await Holds("&priority=high", incident);
        await Holds($"&point={point}", incident);
        await Holds($"&unit={Unit}", incident);
        await Holds("&unit=12", incident, task);
        await Holds("&settled=false", incident, task);
        await Holds("&settled=true");
        await Holds("&overdue=true");
        await Holds("&overdue=false", incident, task);
        Assert.Equal([incident], (await List(house.Ops, $"q=ang-ten%20{mark}")).Select(Id));
        Assert.Empty(await List(house.Ops, $"q=àng-ten%20{mark}"));

        async Task Holds(string query, params Guid[] ids) =>
            Assert.Equal(ids, (await List(house.Ops, $"q={mark}{query}")).Select(Id));
    }

    private static Guid Id(JsonElement one) => one.GetProperty("id").GetGuid();

    private static Task<HttpResponseMessage> Raise(HttpClient client, object request) =>
        client.PostAsJsonAsync("/api/points/cases", request);

    private static async Task<Guid> Raised(HttpClient client, object request) =>
        Id(await Ok(await Raise(client, request), HttpStatusCode.Created));

    private static Task<HttpResponseMessage> Step(HttpClient client, Guid id, object step) =>
        client.PostAsJsonAsync($"/api/points/cases/{id}/steps", step);

    private static async Task<List<JsonElement>> List(HttpClient client, string query) =>
        [
            .. (await Ok(await client.GetAsync($"/api/points/cases?limit=500&{query}")))
                .GetProperty("items")
                .EnumerateArray(),
        ];
}
