using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Training;

public sealed class PostgresTrainingTests(PostgresHouse fixture)
    : TrainingTests(fixture.House),
        IClassFixture<PostgresHouse>;

public sealed class SqliteTrainingTests(SqliteHouse fixture) : TrainingTests(fixture.House), IClassFixture<SqliteHouse>;

/// <summary>Who is taught what, who completed it, and who still lacks it; the same on both databases.</summary>
public abstract class TrainingTests(RegistryHouse house)
{
    private const string Unit = "03390";
    private const string Other = "03405";
    private readonly string mark = $"m{Guid.CreateVersion7():N}"[..24];

    [Fact]
    public async Task Whoever_lacks_a_required_course_is_on_the_list_until_it_is_completed_and_again_when_it_ends_soon()
    {
        var (point, officer) = await PointWithOfficer(Unit);
        var course = await Course(
            new
            {
                roles = new[] { "officer" },
                required = true,
                validMonths = 12,
            }
        );
        Assert.Equal("missing", await Standing());

        await Attend(house.Ops, await Session(house.Ops, course, point, Day(-10)), officer, completed: false);
        Assert.Equal("missing", await Standing());
        await Attend(house.Ops, await Session(house.Ops, course, point, Day(-800)), officer);
        Assert.Equal("expired", await Standing());
        await Attend(house.Ops, await Session(house.Ops, course, point, Day(-340)), officer);
        Assert.Equal("expiring", await Standing());
        Assert.Null(await Standing("&days=1"));
        await Attend(house.Ops, await Session(house.Ops, course, point, Day(-1)), officer);
        Assert.Null(await Standing());

        var person = Assert.Single(
            (await Items(house.Ops, $"people?point={point}&course={course}")),
            p => p.GetProperty("person").GetProperty("accountId").GetGuid() == officer
        );
        var known = Assert.Single(person.GetProperty("courses").EnumerateArray());
        Assert.Equal("valid", known.GetProperty("standing").GetString());
        Assert.Equal(Day(-1), known.GetProperty("completedOn").GetString());
        Assert.Equal(
            DateOnly
                .ParseExact(Day(-1), "O", CultureInfo.InvariantCulture)
                .AddMonths(12)
                .ToString("O", CultureInfo.InvariantCulture),
            known.GetProperty("until").GetString()
        );

        async Task<string?> Standing(string query = "") =>
            (await Items(house.Ops, $"gaps?course={course}&point={point}{query}"))
                .Select(g => g.GetProperty("course").GetProperty("standing").GetString())
                .SingleOrDefault();
    }

    [Fact]
    public async Task Members_of_teams_are_trained_too_and_one_person_with_an_account_counts_once()
    {
        var (point, officer) = await PointWithOfficer(Unit);
        var team = Id(
            await Ok(
                await house.Ops.PostAsJsonAsync("/api/points/teams", new { village = $"Bản {mark}", unitCode = Unit }),
                HttpStatusCode.Created
            )
        );
        var member = await Member(team, new { name = "Người mẫu A" });
        await Member(team, new { name = "Người mẫu B", accountId = officer });
        var course = await Course(
            new
            {
                roles = new[] { "officer" },
                forTeams = true,
                required = true,
            }
        );
        Assert.Equal(2, (await Items(house.Ops, $"gaps?course={course}&team={team}")).Count);

        var session = await Session(house.Ops, course, point, Day(-1));
        await Attend(house.Ops, session, officer);
        var left = Assert.Single(await Items(house.Ops, $"gaps?course={course}&team={team}"));
        Assert.Equal(member, left.GetProperty("person").GetProperty("memberId").GetGuid());
        Assert.Equal($"Bản {mark}", left.GetProperty("person").GetProperty("village").GetString());
        await Ok(
            await house.Ops.PostAsJsonAsync(
                $"/api/points/training/sessions/{session}/attendance",
                new { people = new[] { new { memberId = member, completed = true } } }
            )
        );
        Assert.Empty(await Items(house.Ops, $"gaps?course={course}&team={team}"));
        var shown = await Ok(await house.Ops.GetAsync($"/api/points/training/sessions/{session}"));
        Assert.Equal(2, shown.GetProperty("attendances").GetArrayLength());
    }

    [Fact]
    public async Task Of_citizens_heads_are_counted_and_nobody_is_named()
    {
        var (point, officer) = await PointWithOfficer(Unit);
        var course = await Course(new { });
        var session = Id(
            await Ok(
                await house.Ops.PostAsJsonAsync(
                    "/api/points/training/sessions",
                    new
                    {
                        courseId = course,
                        kind = "citizens",
                        heldOn = Day(0),
                        trainer = "Người dạy mẫu",
                        pointId = point,
                        heads = 30,
                        headsByLanguage = new Dictionary<string, int> { ["vi"] = 10, ["hmn-Latn-x-vn"] = 20 },
                    }
                ),
                HttpStatusCode.Created
            )
        );
        await Refused(await Attended(house.Ops, session, officer), HttpStatusCode.Conflict, "session-of-citizens");
        await Refused(
            await Import(house.Ops, session, "Họ tên;Hoàn thành\nNgười mẫu;có\n"),
            HttpStatusCode.Conflict,
            "session-of-citizens"
        );
        var shown = await Ok(await house.Ops.GetAsync($"/api/points/training/sessions/{session}"));
        Assert.Equal(20, shown.GetProperty("headsByLanguage").GetProperty("hmn-Latn-x-vn").GetInt32());
        Assert.False(shown.TryGetProperty("attendances", out _));
    }

    [Theory]
    [InlineData("""{"kind":"staff","heads":3}""")]
    [InlineData("""{"kind":"citizens"}""")]
    [InlineData("""{"kind":"citizens","heads":0}""")]
    [InlineData("""{"kind":"citizens","heads":3,"headsByLanguage":{"vi":4}}""")]
    [InlineData("""{"kind":"staff","trainer":" "}""")]
    [InlineData("""{"kind":"staff","heldOn":"2099-01-01"}""")]
    public async Task A_session_that_is_wrong_is_refused(string wrong)
    {
        var session = new global::System.Text.Json.Nodes.JsonObject
        {
            ["courseId"] = await Course(new { }),
            ["heldOn"] = Day(0),
            ["trainer"] = "Người dạy mẫu",
            ["unitCode"] = Unit,
        };
        foreach (var part in JsonElement.Parse(wrong).EnumerateObject())
        {
            session[part.Name] = global::System.Text.Json.Nodes.JsonNode.Parse(part.Value.GetRawText());
        }
        await Refused(
            await house.Ops.PostAsJsonAsync("/api/points/training/sessions", session),
            HttpStatusCode.UnprocessableEntity,
            "invalid"
        );
    }

    [Theory]
    [InlineData("""{"name":" "}""", "invalid")]
    [InlineData("""{"name":"Khoá mẫu","roles":["editor"]}""", "role-unknown")]
    [InlineData("""{"name":"Khoá mẫu","required":true}""", "invalid")]
    [InlineData("""{"name":"Khoá mẫu","validMonths":0}""", "invalid")]
    public async Task A_course_that_is_wrong_is_refused(string course, string code) =>
        await Refused(
            await house.Ops.PostAsJsonAsync("/api/points/training/courses", JsonElement.Parse(course)),
            HttpStatusCode.UnprocessableEntity,
            code
        );

    [Fact]
    public async Task A_commune_writes_what_is_of_its_place_and_each_reads_its_own()
    {
        var (near, nearOfficer) = await PointWithOfficer(Unit);
        var (far, farOfficer) = await PointWithOfficer(Other);
        using var commune = await house.Somebody("commune", Unit);
        using var officer = await house.Somebody("officer", pointId: near);
        var course = await Course(new { roles = new[] { "officer" }, required = true });
        var own = await Session(commune, course, near, Day(-1));
        var foreign = await Session(house.Ops, course, far, Day(-1));
        await Attend(commune, own, nearOfficer);

        await Refused(await Attended(commune, own, farOfficer), HttpStatusCode.UnprocessableEntity, "person-unknown");
        await Refused(await Attended(commune, foreign, nearOfficer), HttpStatusCode.NotFound, "session-not-found");
        await Refused(await Hold(commune, course, far, Day(-1)), HttpStatusCode.NotFound, "point-not-found");
        await Refused(
            await commune.PostAsJsonAsync("/api/points/training/courses", new { name = "Khoá mẫu" }),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
        await Refused(await Hold(officer, course, near, Day(-1)), HttpStatusCode.Forbidden, "forbidden");
        await Refused(
            await officer.GetAsync($"/api/points/training/sessions/{foreign}"),
            HttpStatusCode.NotFound,
            "session-not-found"
        );
        await Refused(await house.Editor.GetAsync("/api/points/training/gaps"), HttpStatusCode.Forbidden, "forbidden");
        var gaps = await house.Ops.GetStringAsync($"/api/points/training/gaps?course={course}&limit=500");
        Assert.Contains(farOfficer.ToString(), gaps, StringComparison.Ordinal);
        foreach (var client in new[] { commune, officer })
        {
            foreach (var list in new[] { "gaps", "people", "gaps/export", "sessions" })
            {
                var text = await client.GetStringAsync($"/api/points/training/{list}?course={course}&limit=500");
                Assert.DoesNotContain(farOfficer.ToString(), text, StringComparison.Ordinal);
                Assert.DoesNotContain(foreign.ToString(), text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Gaps_come_page_by_page_and_as_a_table_that_comes_back_as_attendance()
    {
        var (point, officer) = await PointWithOfficer(Unit);
        for (var i = 0; i < 4; i++)
        {
            using var _ = await house.Somebody("officer", pointId: point);
        }
        var course = await Course(new { roles = new[] { "officer" }, required = true });
        var seen = new List<Guid>();
        for (string? after = ""; after is not null; )
        {
            var page = await Ok(
                await house.Ops.GetAsync(
                    $"/api/points/training/gaps?course={course}&point={point}&limit=2&after={after}"
                )
            );
            seen.AddRange(
                page.GetProperty("items")
                    .EnumerateArray()
                    .Select(g => g.GetProperty("person").GetProperty("accountId").GetGuid())
            );
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);

        foreach (var format in new[] { "xlsx", "csv" })
        {
            using var export = await house.Ops.GetAsync(
                $"/api/points/training/gaps/export?course={course}&point={point}&format={format}"
            );
            Assert.Equal(HttpStatusCode.OK, export.StatusCode);
            var bytes = await export.Content.ReadAsByteArrayAsync();
            Assert.NotEmpty(bytes);
            if (format == "csv")
            {
                var lines = Encoding.UTF8.GetString(bytes).TrimStart('\ufeff').Split("\r\n");
                Assert.Equal(
                    "Mã người;Họ tên;Mã xã, phường;Xã, phường;Điểm;Thôn, bản;Khoá học;Tình trạng;Học xong ngày;Hết hạn ngày;Hoàn thành",
                    lines[0]
                );
                Assert.All(lines[1..6], l => Assert.Contains(";Chưa học;", l, StringComparison.Ordinal));
                var filled = string.Join("\r\n", [lines[0], .. lines[1..6].Select(l => $"{l}có")]);
                var session = await Session(house.Ops, course, point, Day(-1));
                var dry = await Ok(await Import(house.Ops, session, filled, "?dryRun=true"));
                Assert.Equal(5, dry.GetProperty("completed").GetInt32());
                Assert.Equal(5, (await Items(house.Ops, $"gaps?course={course}&point={point}")).Count);
                await Ok(await Import(house.Ops, session, filled));
                Assert.Empty(await Items(house.Ops, $"gaps?course={course}&point={point}"));
                // Sent twice, it says the same once.
                await Ok(await Import(house.Ops, session, filled));
                var shown = await Ok(await house.Ops.GetAsync($"/api/points/training/sessions/{session}"));
                Assert.Equal(5, shown.GetProperty("attendances").GetArrayLength());
                Assert.Contains(officer.ToString(), shown.GetRawText(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Every_faulty_row_of_a_table_is_told_and_nothing_is_changed()
    {
        var (point, officer) = await PointWithOfficer(Unit);
        var course = await Course(new { });
        var session = await Session(house.Ops, course, point, Day(-1));
        using var answer = await Import(
            house.Ops,
            session,
            $"Mã người;Họ tên;Hoàn thành\n{officer};;có\n;Không ai {mark};không\nabc;;có\n{officer};;có\n{officer};;có thể\n"
        );
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, body);
        Assert.Equal(
            ["3 Họ tên", "4 Mã người", "5 Họ tên", "6 Hoàn thành", "6 Họ tên"],
            JsonElement
                .Parse(body)
                .GetProperty("faults")
                .EnumerateArray()
                .Select(f => $"{f.GetProperty("row").GetInt32()} {f.GetProperty("column").GetString()}")
                .Order(StringComparer.Ordinal)
        );
        var shown = await Ok(await house.Ops.GetAsync($"/api/points/training/sessions/{session}"));
        Assert.Equal(0, shown.GetProperty("attendances").GetArrayLength());
        await Refused(
            await Import(house.Ops, session, $"Mã người;Họ tên;Khoá học;Hoàn thành\n{officer};;Khoá khác;có\n"),
            HttpStatusCode.UnprocessableEntity,
            "rows-invalid"
        );
        await Refused(
            await Import(house.Ops, session, "Họ tên;Tuổi\nNgười mẫu;30\n"),
            HttpStatusCode.UnprocessableEntity,
            "file-invalid"
        );
    }

    [Fact]
    public async Task Of_two_who_name_one_person_at_once_none_names_him_twice()
    {
        var (point, officer) = await PointWithOfficer(Unit);
        var session = await Session(house.Ops, await Course(new { }), point, Day(-1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Attended(house.Ops, session, officer)));
        Assert.All(
            answers,
            a => Assert.True(a.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{a.StatusCode}")
        );
        Assert.Contains(answers, a => a.StatusCode is HttpStatusCode.OK);
        var shown = await Ok(await house.Ops.GetAsync($"/api/points/training/sessions/{session}"));
        Assert.Equal(1, shown.GetProperty("attendances").GetArrayLength());
    }

    [Fact]
    public async Task Sessions_come_page_by_page_the_last_one_first()
    {
        var point = await house.Planned(unit: Unit);
        var course = await Course(new { });
        foreach (var day in new[] { -3, -1, -2, -1 })
        {
            await Session(house.Ops, course, point, Day(day));
        }
        var seen = new List<string>();
        for (string? after = ""; after is not null; )
        {
            var page = await Ok(
                await house.Ops.GetAsync($"/api/points/training/sessions?course={course}&limit=3&after={after}")
            );
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("heldOn").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal([Day(-1), Day(-1), Day(-2), Day(-3)], seen);
    }

    [Fact]
    public async Task Of_two_who_change_a_course_the_second_is_told_so()
    {
        var course = await Course(new { });
        var tag = new EntityTagHeaderValue("\"1\"");
        await Ok(await Change());
        await Refused(await Change(), HttpStatusCode.PreconditionFailed, "changed-meanwhile");

        Task<HttpResponseMessage> Change()
        {
            var request = new HttpRequestMessage(HttpMethod.Put, $"/api/points/training/courses/{course}")
            {
                Content = JsonContent.Create(new { name = $"Khoá khác {mark}" }),
            };
            request.Headers.IfMatch.Add(tag);
            return house.Ops.SendAsync(request);
        }
    }

    private static Guid Id(JsonElement one) => one.GetProperty("id").GetGuid();

    private static string Day(int fromToday) =>
        DateOnly
            .FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date)
            .AddDays(fromToday)
            .ToString("O", CultureInfo.InvariantCulture);

    private async Task<(Guid Point, Guid Officer)> PointWithOfficer(string unit)
    {
        var point = await house.Planned($"Điểm {mark}", unit);
        using var _ = await house.Somebody("officer", pointId: point);
        var people = await Ok(await house.Ops.GetAsync($"/api/points/{point}/people"));
        return (point, people.GetProperty("staff")[0].GetProperty("accountId").GetGuid());
    }

    private async Task<Guid> Member(Guid team, object member) =>
        Id(
            await Ok(
                await house.Ops.PostAsJsonAsync($"/api/points/teams/{team}/members", member),
                HttpStatusCode.Created
            )
        );

    private async Task<Guid> Course(object terms)
    {
        var course = JsonSerializer.SerializeToNode(terms)!.AsObject();
        course["name"] = $"Khoá mẫu {mark}";
        return Id(
            await Ok(await house.Ops.PostAsJsonAsync("/api/points/training/courses", course), HttpStatusCode.Created)
        );
    }

    private static Task<HttpResponseMessage> Hold(HttpClient client, Guid course, Guid point, string day) =>
        client.PostAsJsonAsync(
            "/api/points/training/sessions",
            new
            {
                courseId = course,
                kind = "staff",
                heldOn = day,
                trainer = "Người dạy mẫu",
                pointId = point,
            }
        );

    private static async Task<Guid> Session(HttpClient client, Guid course, Guid point, string day) =>
        Id(await Ok(await Hold(client, course, point, day), HttpStatusCode.Created));

    private static Task<HttpResponseMessage> Attended(
        HttpClient client,
        Guid session,
        Guid account,
        bool completed = true
    ) =>
        client.PostAsJsonAsync(
            $"/api/points/training/sessions/{session}/attendance",
            new { people = new[] { new { accountId = account, completed } } }
        );

    private static async Task Attend(HttpClient client, Guid session, Guid account, bool completed = true) =>
        await Ok(await Attended(client, session, account, completed));

    private static Task<HttpResponseMessage> Import(HttpClient client, Guid session, string table, string query = "") =>
        client.PostAsync(
            $"/api/points/training/sessions/{session}/attendance/import{query}",
            new ByteArrayContent(Encoding.UTF8.GetBytes(table))
        );

    private static async Task<List<JsonElement>> Items(HttpClient client, string list) =>
        [
            .. (await Ok(await client.GetAsync($"/api/points/training/{list}&limit=500")))
                .GetProperty("items")
                .EnumerateArray(),
        ];
}
