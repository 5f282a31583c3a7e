using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Acts;

public sealed class PostgresActTests(PostgresHouse fixture) : ActTests(fixture.House), IClassFixture<PostgresHouse>;

public sealed class SqliteActTests(SqliteHouse fixture) : ActTests(fixture.House), IClassFixture<SqliteHouse>;

/// <summary>Legal acts, and what cites them; the same on both databases.</summary>
public abstract class ActTests(RegistryHouse house)
{
    private const string Path = "/api/points/acts";
    private const string Guidance = "3658/HD-UBND";
    private static int numbers = 1000;
    private readonly string mark = $"m{Guid.CreateVersion7():N}"[..24];

    [Theory]
    [InlineData("3658/HD-UBND")]
    [InlineData("3658")]
    [InlineData("3658/hd-ubnd")]
    [InlineData("điểm hỗ trợ đồng bào")]
    [InlineData("diem ho tro dong bao")]
    [InlineData("hướng dẫn tỉnh lai châu điểm")]
    [InlineData("ủy ban nhân dân 3658")]
    public async Task The_guidance_is_there_from_the_start_and_is_found(string typed)
    {
        var act = Assert.Single((await List($"q={Uri.EscapeDataString(typed)}")).GetProperty("items").EnumerateArray());
        Assert.Equal(Guidance, act.GetProperty("number").GetString());
        Assert.Equal("2024-09-13", act.GetProperty("date").GetString());
        Assert.Equal("Hướng dẫn", act.GetProperty("kindName").GetString());
        Assert.Equal("Ủy ban nhân dân tỉnh Lai Châu", act.GetProperty("issuer").GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_issuer_is_named_as_it_was_called_on_the_day_of_the_act()
    {
        var issuer = await Issuer(new { name = $"Sở cũ {mark}" }, new { name = $"Sở mới {mark}", from = "2025-03-01" });
        var before = await Recorded(Act(issuer, date: "2025-02-28"));
        var after = await Recorded(Act(issuer, date: "2025-03-01"));
        Assert.StartsWith("Sở cũ", NameOf(before), StringComparison.Ordinal);
        Assert.StartsWith("Sở mới", NameOf(after), StringComparison.Ordinal);
        // By either name both are found.
        Assert.Equal(2, Ids(await List($"q={Uri.EscapeDataString($"so cu {mark}")}")).Count);

        static string NameOf(JsonElement act) => act.GetProperty("issuer").GetProperty("name").GetString()!;
    }

    [Fact]
    public async Task Is_filtered_by_kind_issuer_and_the_day_on_which_it_is_in_force()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var plan = Id(await Recorded(Act(issuer, kind: "KH", date: "2025-01-10", to: "2026-01-01")));
        var decision = Id(await Recorded(Act(issuer, kind: "qd", date: "2025-02-10", from: "2025-06-01")));
        await Holds("kind=KH", plan);
        await Holds("kind=Q%C4%90", decision);
        await Holds("asOf=2025-01-09");
        await Holds("asOf=2025-01-10", plan);
        await Holds("asOf=2025-06-01", decision, plan);
        await Holds("asOf=2026-01-01", decision);

        async Task Holds(string query, params Guid[] acts) =>
            Assert.Equal(acts, Ids(await List($"issuer={issuer}&{query}")));
    }

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_hold_each_act_once()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var made = new List<(string Date, Guid Id)>();
        foreach (var date in new[] { "2025-01-01", "2025-03-01", "2025-01-01", "2024-01-01", "2025-01-01" })
        {
            made.Add((date, Id(await Recorded(Act(issuer, date: date)))));
        }
        var seen = new List<Guid>();
        for (string? after = ""; after is not null; )
        {
            var page = await List($"issuer={issuer}&limit=2&after={after}");
            seen.AddRange(Ids(page));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(
            made.OrderByDescending(m => m.Date, StringComparer.Ordinal)
                .ThenByDescending(m => m.Id.ToString())
                .Select(m => m.Id),
            seen
        );
        await Refused(
            await house.Editor.GetAsync($"{Path}?after=khong-phai"),
            HttpStatusCode.UnprocessableEntity,
            "cursor-invalid"
        );
    }

    [Fact]
    public async Task Replaces_another_and_both_say_so()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var old = await Recorded(Act(issuer, date: "2024-01-01"));
        var heir = await Recorded(Act(issuer, date: "2025-01-01", replaces: old.GetProperty("number").GetString()));
        Assert.Equal(Id(old), heir.GetProperty("replaces").GetProperty("id").GetGuid());
        var now = await Ok(await house.Editor.GetAsync($"{Path}/{Id(old)}"));
        Assert.Equal(Id(heir), now.GetProperty("replacedBy")[0].GetProperty("id").GetGuid());
        await Refused(
            await house.Ops.PostAsJsonAsync(Path, Act(issuer, date: "2023-01-01", replaces: Id(old).ToString())),
            HttpStatusCode.UnprocessableEntity,
            "invalid"
        );
        await Refused(await house.Ops.DeleteAsync($"{Path}/{Id(old)}"), HttpStatusCode.Conflict, "act-cited");
    }

    [Fact]
    public async Task The_same_number_of_the_same_issuer_and_day_is_one_act()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var number = NewNumber("QĐ");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    using var answer = await house.Ops.PostAsJsonAsync(Path, Act(issuer, number: number));
                    return answer.StatusCode;
                })
        );
        Assert.Single(answers, HttpStatusCode.Created);
        Assert.Equal(3, answers.Count(a => a is HttpStatusCode.Conflict));
        // Another year gives the number again.
        await Recorded(Act(issuer, number: number, date: "2026-01-01"));
        await Refused(await Plan($"Điểm {mark}", number), HttpStatusCode.UnprocessableEntity, "act-unknown");
    }

    public static TheoryData<string, string> Wrong =>
        new()
        {
            { "number", "\"3658\"" },
            { "number", "\"=1/1\"" },
            { "kind", "\"XX\"" },
            { "title", "\" \"" },
            { "issuerId", "\"01a21973-7544-712b-89b0-85497691830a\"" },
            { "inForceTo", "\"2025-01-01\"" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Refuses_an_act_that_makes_no_sense_in_Vietnamese(string field, string value)
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var act = JsonSerializer.SerializeToNode(Act(issuer))!.AsObject();
        act[field] = System.Text.Json.Nodes.JsonNode.Parse(value);
        using var answer = await house.Ops.PostAsJsonAsync(Path, act);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Contains(problem.GetProperty("detail").GetString()!, c => c > 127);
    }

    [Fact]
    public async Task A_point_cites_the_act_by_which_it_was_set_up_until_that_is_taken_away()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var act = await Recorded(Act(issuer));
        var number = act.GetProperty("number").GetString()!;
        var point = await Ok(await Plan($"Điểm có văn bản {mark}", number.ToLowerInvariant()), HttpStatusCode.Created);
        await Ok(await Plan($"Điểm khác {mark}", null), HttpStatusCode.Created);
        var id = Id(point);
        Assert.Equal(number, point.GetProperty("act").GetProperty("number").GetString());

        foreach (var cited in new[] { number, Id(act).ToString() })
        {
            var found = await Ok(await house.Editor.GetAsync($"/api/points?act={Uri.EscapeDataString(cited)}"));
            Assert.Equal([id], Ids(found));
            Assert.Equal(number, found.GetProperty("items")[0].GetProperty("act").GetProperty("number").GetString());
        }
        Assert.Empty(Ids(await Ok(await house.Editor.GetAsync("/api/points?act=1/KHONG-CO"))));

        // What is left out stays.
        await Ok(await house.Ops.PutAsJsonAsync($"/api/points/{id}", Body($"Điểm đổi tên {mark}", null)));
        await Refused(await house.Ops.DeleteAsync($"{Path}/{Id(act)}"), HttpStatusCode.Conflict, "act-cited");
        var cleared = await Ok(await house.Ops.PutAsJsonAsync($"/api/points/{id}", Body($"Điểm {mark}", "")));
        Assert.False(cleared.TryGetProperty("act", out _));
        using var deleted = await house.Ops.DeleteAsync($"{Path}/{Id(act)}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Refused(await house.Ops.DeleteAsync($"{Path}/{Id(act)}"), HttpStatusCode.NotFound, "act-not-found");
        await Refused(await Plan($"Điểm muộn {mark}", number), HttpStatusCode.UnprocessableEntity, "act-unknown");
    }

    [Fact]
    public async Task A_table_of_points_carries_the_number_of_the_act()
    {
        await Ok(await Plan($"Điểm xuất {mark}", Guidance), HttpStatusCode.Created);
        var csv = await house.Editor.GetStringAsync($"/api/points/export?q={mark}");
        Assert.Contains(Guidance, csv, StringComparison.Ordinal);

        var faulty = $"Tên điểm;Mã xã, phường;Ngôn ngữ;Văn bản thành lập\nA {mark};03478;vi;9/KHONG-CO\n";
        using var refused = await Import(faulty);
        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("Văn bản thành lập", problem.GetProperty("faults")[0].GetProperty("column").GetString());
        await Ok(await Import(faulty.Replace("9/KHONG-CO", Guidance, StringComparison.Ordinal)));
        var found = await Ok(await house.Editor.GetAsync($"/api/points?act={Uri.EscapeDataString(Guidance)}&q={mark}"));
        Assert.Equal(2, Ids(found).Count);
    }

    [Fact]
    public async Task An_account_cites_the_act_by_which_it_was_given_its_roles()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var act = await Recorded(Act(issuer));
        var account = new
        {
            userName = $"mau-{Guid.CreateVersion7():N}",
            name = "Tài khoản mẫu",
            roles = new[] { "editor" },
            password = Password,
            act = act.GetProperty("number").GetString(),
        };
        var made = await Ok(await house.Admin.PostAsJsonAsync("/api/points/accounts", account), HttpStatusCode.Created);
        Assert.Equal(Id(act), made.GetProperty("act").GetProperty("id").GetGuid());
        await Refused(await house.Admin.DeleteAsync($"{Path}/{Id(act)}"), HttpStatusCode.Conflict, "act-cited");
        var changed = await Ok(
            await house.Admin.PutAsJsonAsync($"/api/points/accounts/{Id(made)}", new { account.name, account.roles })
        );
        Assert.False(changed.TryGetProperty("act", out _));
        await Refused(
            await house.Admin.PutAsJsonAsync(
                $"/api/points/accounts/{Id(made)}",
                new
                {
                    account.name,
                    account.roles,
                    act = "9/KHONG-CO",
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "act-unknown"
        );
    }

    [Fact]
    public async Task A_change_of_what_somebody_else_changed_meanwhile_is_refused()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        var act = Act(issuer);
        var id = Id(await Recorded(act));
        using var read = await house.Editor.GetAsync($"{Path}/{id}");
        var changed = JsonSerializer.SerializeToNode(act)!.AsObject();
        changed["title"] = "Trích yếu đã sửa (mẫu)";
        await Ok(await Send(HttpMethod.Put, id, changed, read.Headers.ETag!.Tag));
        changed["title"] = "Trích yếu của người sau (mẫu)";
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Delete })
        {
            await Refused(
                await Send(method, id, changed, read.Headers.ETag!.Tag),
                HttpStatusCode.PreconditionFailed,
                "changed-meanwhile"
            );
        }
        var found = await List($"issuer={issuer}&q=da%20sua");
        Assert.Equal([id], Ids(found));
    }

    [Fact]
    public async Task Everybody_with_a_role_reads_and_only_operators_and_administrators_write()
    {
        var issuer = await Issuer(new { name = $"Sở {mark}" });
        await Refused(await house.Editor.PostAsJsonAsync(Path, Act(issuer)), HttpStatusCode.Forbidden, "forbidden");
        await Refused(await house.Anonymous.GetAsync(Path), HttpStatusCode.Unauthorized, "unauthenticated");
        await Ok(await house.Admin.PostAsJsonAsync(Path, Act(issuer)), HttpStatusCode.Created);
    }

    private async Task<JsonElement> Recorded(object act) =>
        await Ok(await house.Ops.PostAsJsonAsync(Path, act), HttpStatusCode.Created);

    private async Task<Guid> Issuer(params object[] names) =>
        Id(
            await Ok(
                await house.Ops.PostAsJsonAsync("/api/points/organisations", new { kind = "department", names }),
                HttpStatusCode.Created
            )
        );

    private static string NewNumber(string kind) => $"{Interlocked.Increment(ref numbers)}/{kind}-MAU";

    private static object Act(
        Guid issuer,
        string? number = null,
        string kind = "QĐ",
        string date = "2025-01-01",
        string? from = null,
        string? to = null,
        string? replaces = null
    ) =>
        new
        {
            number = number ?? NewNumber(kind),
            kind,
            issuerId = issuer,
            date,
            title = "Trích yếu (mẫu)",
            inForceFrom = from,
            inForceTo = to,
            replaces,
        };

    private static object Body(string name, string? act) =>
        new
        {
            name,
            unitCode = "03478",
            languages = new[] { "vi" },
            act,
        };

    private Task<HttpResponseMessage> Plan(string name, string? act) =>
        house.Ops.PostAsJsonAsync("/api/points", Body(name, act));

    private Task<HttpResponseMessage> Import(string csv) =>
        house.Ops.PostAsync("/api/points/import", new ByteArrayContent(Encoding.UTF8.GetBytes(csv)));

    private async Task<HttpResponseMessage> Send(HttpMethod method, Guid id, object body, string tag)
    {
        using var request = new HttpRequestMessage(method, $"{Path}/{id}") { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await house.Ops.SendAsync(request);
    }

    private async Task<JsonElement> List(string query) => await Ok(await house.Editor.GetAsync($"{Path}?{query}"));

    private static Guid Id(JsonElement answer) => answer.GetProperty("id").GetGuid();

    private static List<Guid> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetGuid())];
}
