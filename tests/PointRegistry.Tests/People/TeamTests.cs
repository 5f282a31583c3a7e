using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.People;

public sealed class PostgresTeamTests(PostgresHouse fixture) : TeamTests(fixture.House), IClassFixture<PostgresHouse>;

public sealed class SqliteTeamTests(SqliteHouse fixture) : TeamTests(fixture.House), IClassFixture<SqliteHouse>;

/// <summary>Community digital teams and the people of a point; the same on both databases.</summary>
public abstract class TeamTests(RegistryHouse house)
{
    private const string Unit = "03390";
    private const string Other = "03405";
    private readonly string mark = $"m{Guid.CreateVersion7():N}"[..24];

    [Fact]
    public async Task Shows_who_runs_a_point_and_the_teams_of_its_commune_in_one_answer()
    {
        var point = await house.Planned(unit: Unit);
        using var manager = await house.Somebody("manager", pointId: point);
        using var officer = await house.Somebody("officer", pointId: point);
        using var commune = await house.Somebody("commune", Unit);
        var team = await Formed(commune, $"Bản mẫu {mark}", Unit);
        await Formed(house.Ops, $"Bản khác {mark}", Other);
        await Ok(
            await Join(
                commune,
                team,
                new
                {
                    name = "Người mẫu A",
                    phone = "0912 345 678",
                    role = "leader",
                }
            ),
            HttpStatusCode.Created
        );
        await Ok(await Join(commune, team, new { name = "Người mẫu B" }), HttpStatusCode.Created);

        var people = await Ok(await officer.GetAsync($"/api/points/{point}/people"));
        Assert.Equal(
            ["manager", "officer"],
            people.GetProperty("staff").EnumerateArray().Select(s => s.GetProperty("roles")[0].GetString()).Order()
        );
        var shown = Assert.Single(people.GetProperty("teams").EnumerateArray(), t => Id(t) == team);
        Assert.Equal(
            ["Người mẫu A leader 0912 345 678", "Người mẫu B member "],
            shown
                .GetProperty("members")
                .EnumerateArray()
                .Select(m =>
                    $"{m.GetProperty("name")} {m.GetProperty("role")} {(m.TryGetProperty("phone", out var phone) ? phone : "")}"
                )
        );
        Assert.DoesNotContain("Bản khác", people.GetRawText(), StringComparison.Ordinal);
        var foreign = await house.Planned(unit: Other);
        await Refused(
            await officer.GetAsync($"/api/points/{foreign}/people"),
            HttpStatusCode.NotFound,
            "point-not-found"
        );
    }

    [Fact]
    public async Task A_commune_writes_its_teams_alone_and_who_runs_a_point_reads_them()
    {
        var point = await house.Planned(unit: Unit);
        using var commune = await house.Somebody("commune", Unit);
        using var officer = await house.Somebody("officer", pointId: point);
        var own = await Formed(commune, $"Bản mẫu {mark}", Unit);
        var foreign = await Formed(house.Ops, $"Bản mẫu {mark}", Other);

        Assert.Equal([own], await Ids(commune));
        Assert.Equal([own], await Ids(officer));
        await Refused(
            await officer.GetAsync($"/api/points/teams/{foreign}"),
            HttpStatusCode.NotFound,
            "team-not-found"
        );
        await Refused(await Change(commune, foreign, Unit), HttpStatusCode.NotFound, "team-not-found");
        await Refused(
            await Join(commune, foreign, new { name = "Người mẫu" }),
            HttpStatusCode.NotFound,
            "team-not-found"
        );
        var member = Id(await Ok(await Join(house.Ops, foreign, new { name = "Người mẫu" }), HttpStatusCode.Created));
        await Refused(
            await commune.PutAsJsonAsync($"/api/points/teams/members/{member}", new { name = "Khác (mẫu)" }),
            HttpStatusCode.NotFound,
            "team-member-not-found"
        );
        await Refused(await Change(commune, own, Other), HttpStatusCode.UnprocessableEntity, "unit-out-of-place");
        await Refused(await Form(officer, "Bản mẫu", Unit), HttpStatusCode.Forbidden, "forbidden");
        await Refused(await house.Editor.GetAsync("/api/points/teams"), HttpStatusCode.Forbidden, "forbidden");
        await Refused(
            await house.Editor.GetAsync($"/api/points/{point}/people"),
            HttpStatusCode.Forbidden,
            "forbidden"
        );

        async Task<IEnumerable<Guid>> Ids(HttpClient client) =>
            (await Ok(await client.GetAsync($"/api/points/teams?q={mark}")))
                .GetProperty("items")
                .EnumerateArray()
                .Select(Id);
    }

    [Fact]
    public async Task A_member_who_left_stays_on_record_with_the_day()
    {
        var team = await Formed(house.Ops, $"Bản mẫu {mark}", Unit, "2026-01-01");
        var member = Id(
            await Ok(
                await Join(
                    house.Ops,
                    team,
                    new
                    {
                        name = "Người mẫu A",
                        role = "leader",
                        since = "2026-01-01",
                    }
                ),
                HttpStatusCode.Created
            )
        );
        await Refused(
            await Join(
                house.Ops,
                team,
                new
                {
                    name = "Người mẫu B",
                    role = "leader",
                    since = "2026-02-01",
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "invalid"
        );
        await Ok(
            await house.Ops.PutAsJsonAsync(
                $"/api/points/teams/members/{member}",
                new
                {
                    name = "Người mẫu A",
                    role = "leader",
                    until = "2026-03-01",
                }
            )
        );
        await Ok(
            await Join(
                house.Ops,
                team,
                new
                {
                    name = "Người mẫu B",
                    role = "leader",
                    since = "2026-03-01",
                }
            ),
            HttpStatusCode.Created
        );

        Assert.Equal("Người mẫu A", await Leader("&asOf=2026-02-28"));
        Assert.Equal("Người mẫu B", await Leader("&asOf=2026-03-01"));
        Assert.Equal("Người mẫu B", await Leader(""));
        var whole = await Ok(await house.Ops.GetAsync($"/api/points/teams/{team}"));
        Assert.Equal(2, whole.GetProperty("members").GetArrayLength());

        async Task<string?> Leader(string query) =>
            Assert
                .Single(
                    Assert
                        .Single(
                            (await Ok(await house.Ops.GetAsync($"/api/points/teams?q={mark}{query}")))
                                .GetProperty("items")
                                .EnumerateArray()
                        )
                        .GetProperty("members")
                        .EnumerateArray()
                )
                .GetProperty("name")
                .GetString();
    }

    [Theory]
    [InlineData("""{"name":" "}""")]
    [InlineData("""{"name":"Người mẫu","phone":"gọi sau"}""")]
    [InlineData("""{"name":"Người mẫu","since":"1999-01-01"}""")]
    [InlineData("""{"name":"Người mẫu","until":"2020-01-01"}""")]
    public async Task A_member_that_is_wrong_is_refused(string member) =>
        await Refused(
            await Join(house.Ops, await Formed(house.Ops, $"Bản mẫu {mark}", Unit), JsonElement.Parse(member)),
            HttpStatusCode.UnprocessableEntity,
            "invalid"
        );

    [Fact]
    public async Task A_members_account_is_one_of_the_place()
    {
        var (near, far) = (await house.Planned(unit: Unit), await house.Planned(unit: Other));
        using var commune = await house.Somebody("commune", Unit);
        var team = await Formed(commune, $"Bản mẫu {mark}", Unit);
        await Ok(
            await Join(commune, team, new { name = "Người mẫu", accountId = await AccountAt(near) }),
            HttpStatusCode.Created
        );
        await Refused(
            await Join(commune, team, new { name = "Người mẫu", accountId = await AccountAt(far) }),
            HttpStatusCode.NotFound,
            "account-not-found"
        );

        async Task<Guid> AccountAt(Guid point)
        {
            using var _ = await house.Somebody("officer", pointId: point);
            var people = await Ok(await house.Ops.GetAsync($"/api/points/{point}/people"));
            return people.GetProperty("staff")[0].GetProperty("accountId").GetGuid();
        }
    }

    [Fact]
    public async Task A_village_has_one_team_and_one_that_ended_makes_room()
    {
        var team = await Formed(house.Ops, $"Bản mẫu {mark}", Unit, "2026-01-01");
        await Refused(await Form(house.Ops, $"bản  mẫu {mark}", Unit), HttpStatusCode.Conflict, "team-exists");
        await Ok(await Form(house.Ops, $"Bản mẫu {mark}", Other), HttpStatusCode.Created);
        await Ok(await Change(house.Ops, team, Unit, "2026-02-01"));
        await Ok(await Form(house.Ops, $"Bản mẫu {mark}", Unit), HttpStatusCode.Created);
    }

    [Fact]
    public async Task Of_two_who_change_a_team_the_second_is_told_so()
    {
        var team = await Formed(house.Ops, $"Bản mẫu {mark}", Unit);
        using var read = await house.Ops.GetAsync($"/api/points/teams/{team}");
        await Ok(await Join(house.Ops, team, new { name = "Người mẫu" }), HttpStatusCode.Created);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/points/teams/{team}")
        {
            Content = JsonContent.Create(new { village = $"Bản khác {mark}", unitCode = Unit }),
        };
        request.Headers.IfMatch.Add(read.Headers.ETag!);
        await Refused(await house.Ops.SendAsync(request), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
    }

    [Fact]
    public async Task Pages_hold_each_team_once_in_the_order_of_villages()
    {
        foreach (var village in new[] { "Đoàn Kết", "Áng", "Bản Bo", "Bản Áng", "Chiềng" })
        {
            await Formed(house.Ops, $"{village} {mark}", Unit);
        }
        var seen = new List<string>();
        for (string? after = ""; after is not null; )
        {
            var page = await Ok(await house.Ops.GetAsync($"/api/points/teams?q={mark}&limit=2&after={after}"));
            seen.AddRange(
                page.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("village").GetString()!)
            );
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(
            ["Áng", "Bản Áng", "Bản Bo", "Chiềng", "Đoàn Kết"],
            seen.Select(v => v.Replace($" {mark}", "", StringComparison.Ordinal))
        );
        await Refused(
            await house.Ops.GetAsync("/api/points/teams?after=khong-phai"),
            HttpStatusCode.UnprocessableEntity,
            "cursor-invalid"
        );
    }

    [Fact]
    public async Task Names_and_telephones_stand_beside_the_trail_and_not_in_it()
    {
        var team = await Formed(house.Ops, $"Bản mẫu {mark}", Unit);
        var name = $"Người mẫu {mark}";
        await Ok(await Join(house.Ops, team, new { name, phone = "0987654321" }), HttpStatusCode.Created);
        using var export = await house.Admin.GetAsync("/api/points/audit/export");
        var lines = await export.Content.ReadAsStringAsync();
        var line = JsonElement.Parse(lines.Split('\n').Last(l => l.Contains("team-member", StringComparison.Ordinal)));
        Assert.Contains("team-member", line.GetRawText(), StringComparison.Ordinal);
        var text = line.TryGetProperty("line", out var inner) ? inner.GetRawText() : line.GetRawText();
        Assert.DoesNotContain(name, text, StringComparison.Ordinal);
        Assert.DoesNotContain("0987654321", text, StringComparison.Ordinal);
    }

    private static Guid Id(JsonElement one) => one.GetProperty("id").GetGuid();

    private static Task<HttpResponseMessage> Form(
        HttpClient client,
        string village,
        string unit,
        string? since = null
    ) =>
        client.PostAsJsonAsync(
            "/api/points/teams",
            since is null
                ? new { village, unitCode = unit }
                : (object)
                    new
                    {
                        village,
                        unitCode = unit,
                        since,
                    }
        );

    private static async Task<Guid> Formed(HttpClient client, string village, string unit, string? since = null) =>
        Id(await Ok(await Form(client, village, unit, since), HttpStatusCode.Created));

    private Task<HttpResponseMessage> Change(HttpClient client, Guid team, string unit, string? until = null) =>
        client.PutAsJsonAsync(
            $"/api/points/teams/{team}",
            until is null
                ? new { village = $"Bản mẫu {mark}", unitCode = unit }
                : (object)
                    new
                    {
                        village = $"Bản mẫu {mark}",
                        unitCode = unit,
                        until,
                    }
        );

    private static Task<HttpResponseMessage> Join(HttpClient client, Guid team, object member) =>
        client.PostAsJsonAsync($"/api/points/teams/{team}/members", member);
}

/// <summary>What becomes of teams when their communes merge.</summary>
public sealed class TeamMergeTests(PostgresHouse fixture) : IClassFixture<PostgresHouse>
{
    private readonly RegistryHouse house = fixture.House;

    [Fact]
    public async Task A_merge_carries_teams_and_the_past_still_says_what_it_said()
    {
        var team = await Formed("03424");
        await Ok(await Merge(Day(0), "99101", "03424"));

        var whole = await Ok(await house.Ops.GetAsync($"/api/points/teams/{team}"));
        Assert.Equal("99101", whole.GetProperty("unitCode").GetString());
        Assert.Equal(
            ["03424", "99101"],
            whole.GetProperty("memberships").EnumerateArray().Select(m => m.GetProperty("unitCode").GetString())
        );
        Assert.Equal("03424", await UnitOn(Day(-1)));
        Assert.Equal("99101", await UnitOn(Day(0)));
        using var commune = await house.Somebody("commune", "99101");
        await Ok(await commune.GetAsync($"/api/points/teams/{team}"));

        async Task<string?> UnitOn(string day) =>
            (await Ok(await house.Ops.GetAsync($"/api/points/teams?asOf={day}&limit=500")))
                .GetProperty("items")
                .EnumerateArray()
                .Single(t => t.GetProperty("id").GetGuid() == team)
                .GetProperty("unitCode")
                .GetString();
    }

    [Fact]
    public async Task A_merge_that_is_decided_beforehand_holds_for_a_team_that_is_formed_meanwhile()
    {
        await Ok(await Merge(Day(40), "99102", "03430"));
        var team = await Formed("03430");
        var whole = await Ok(await house.Ops.GetAsync($"/api/points/teams/{team}"));
        Assert.Equal("03430", whole.GetProperty("unitCode").GetString());
        Assert.Equal(
            [$"03430 {Day(-30)}", $"99102 {Day(40)}"],
            whole
                .GetProperty("memberships")
                .EnumerateArray()
                .Select(m => $"{m.GetProperty("unitCode").GetString()} {m.GetProperty("from").GetString()}")
        );
    }

    [Fact]
    public async Task A_commune_with_a_team_is_not_abolished()
    {
        await Formed("03433");
        using var answer = await house.Admin.PostAsJsonAsync(
            "/api/points/units/merges",
            new
            {
                act = "Nghị quyết mẫu",
                effectiveOn = Day(0),
                units = new[] { Row("99103", "03439") },
                abolished = new[] { "03433" },
            }
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(
            "còn 1 Tổ công nghệ số cộng đồng",
            await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
    }

    private static string Day(int fromToday) =>
        DateOnly
            .FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date)
            .AddDays(fromToday)
            .ToString("O", CultureInfo.InvariantCulture);

    private async Task<Guid> Formed(string unit) => (
            await Ok(
                await house.Ops.PostAsJsonAsync(
                    "/api/points/teams",
                    new
                    {
                        village = "Bản mẫu",
                        unitCode = unit,
                        since = Day(-30),
                    }
                ),
                HttpStatusCode.Created
            )
        ).GetProperty("id").GetGuid();

    private static object Row(string code, string from) =>
        new
        {
            code,
            name = $"Mẫu {code}",
            type = "commune",
            parentCode = "12",
            from = new[] { from },
        };

    private Task<HttpResponseMessage> Merge(string day, string code, string from) =>
        house.Admin.PostAsJsonAsync(
            "/api/points/units/merges",
            new
            {
                act = "Nghị quyết mẫu",
                effectiveOn = day,
                units = new[] { Row(code, from) },
            }
        );
}
