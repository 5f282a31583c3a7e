using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Accounts;

/// <summary>A registry of its own, since rules are for everybody in it: each trial begins with none.</summary>
public sealed class RulesTests(PostgresHouse fixture) : IClassFixture<PostgresHouse>, IAsyncLifetime
{
    private const string Rules = "/api/points/rules";
    private const string Title = "Quy chế sử dụng nền tảng (mẫu)";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laichau-lcp-");
    private readonly RegistryHouse house = fixture.House;

    private static DateOnly Today =>
        DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date);

    public async ValueTask InitializeAsync() => await house.Database.Execute("TRUNCATE rules, rules_acceptances");

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Nobody_comes_to_a_code_before_the_rules_in_force_are_accepted()
    {
        var (id, name) = await Person();
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        var before = await visitor.Tokens();
        await Publish(text: "Điều 1. Không cho ai mượn <mật khẩu> (mẫu).");

        // Whoever is signed in reads them too, and a session from before is renewed no more.
        await Refused(await Renew(before), HttpStatusCode.BadRequest, "invalid_grant");
        using var later = new AccountVisitor(house);
        await later.SignIn(name);
        await Ask(later);
        later.Sees(Title);
        later.Sees("Phiên bản 1, có hiệu lực từ ngày " + Today.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture));
        later.Sees("Không cho ai mượn <mật khẩu> (mẫu).");
        later.Sees("Tôi đã đọc và chấp nhận");
        Assert.True(await Asks(later));

        await Ask(later);
        await later.Submit(("answer", "accept"));
        Assert.Equal(HttpStatusCode.Found, later.Status);
        await Renewed(await later.Tokens());
        var entry = Assert.Single(await TrailOf($"{id}/1"));
        Assert.Equal("created", entry.GetProperty("action").GetString());
        Assert.Equal(id.ToString(), entry.GetProperty("actor").GetProperty("id").GetString());
        Assert.Equal("127.0.0.1", entry.GetProperty("client").GetProperty("address").GetString());

        using var third = new AccountVisitor(house);
        await third.SignIn(name);
        await third.Tokens();
        await third.Open("/account/rules");
        third.Sees("Bạn đã chấp nhận lúc");
    }

    [Fact]
    public async Task Who_does_not_accept_is_signed_out()
    {
        var (id, name) = await Person();
        await Publish();
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        await Ask(visitor);
        await visitor.Submit(("answer", "decline"));
        visitor.Sees("Bạn đã đăng xuất");
        Assert.True(await visitor.IsForgotten());
        Assert.Equal("declined", Assert.Single(await TrailOf($"{id}/1")).GetProperty("action").GetString());
        var missing = await Acceptances("accepted=false");
        Assert.Contains(missing, a => a.GetProperty("accountId").GetGuid() == id);
    }

    [Fact]
    public async Task A_console_that_asks_in_the_background_is_told_that_somebody_has_to_read()
    {
        var (_, name) = await Person();
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        await Publish();
        Assert.Contains("error=interaction_required", await visitor.AskSilently(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_version_is_asked_for_on_its_day_and_may_be_accepted_before()
    {
        var (_, early) = await Person();
        var (_, late) = await Person();
        await Publish();
        using var own = await Client(early);
        using var others = await Client(late);
        foreach (var client in new[] { own, others })
        {
            await Ok(await client.PostAsync($"{Rules}/1/acceptance", null));
        }
        await Publish(day: Today.AddDays(1), title: "Quy chế mới (mẫu)");
        var inForce = await Ok(await own.GetAsync($"{Rules}/in-force"));
        Assert.Equal(1, inForce.GetProperty("version").GetInt32());
        await Ok(await own.PostAsync($"{Rules}/2/acceptance", null));
        foreach (var name in new[] { early, late })
        {
            using var visitor = new AccountVisitor(house);
            await visitor.SignIn(name);
            await visitor.Tokens();
        }

        await Pass(2);
        using var ready = new AccountVisitor(house);
        await ready.SignIn(early);
        await ready.Tokens();
        using var asked = new AccountVisitor(house);
        await asked.SignIn(late);
        await Ask(asked);
        asked.Sees("Quy chế mới (mẫu)");
        await Refused(
            await others.PostAsync($"{Rules}/1/acceptance", null),
            HttpStatusCode.Conflict,
            "rules-superseded"
        );
    }

    [Fact]
    public async Task A_page_that_was_open_when_the_next_version_began_accepts_nothing()
    {
        var (id, name) = await Person();
        await Publish();
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        await Ask(visitor);
        await Publish(title: "Quy chế mới (mẫu)");
        await visitor.Submit(("answer", "accept"));
        visitor.Sees("Quy chế mới (mẫu)");
        Assert.Empty(await TrailOf($"{id}/1"));
        await visitor.Submit(("answer", "accept"));
        await visitor.Tokens();
        Assert.Single(await TrailOf($"{id}/2"));
    }

    [Fact]
    public async Task Accepting_again_and_twice_at_once_changes_nothing()
    {
        var (id, name) = await Person();
        await Publish();
        using var own = await Client(name);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => own.PostAsync($"{Rules}/1/acceptance", null))
        );
        var moments = new List<DateTimeOffset>();
        foreach (var answer in answers.Append(await own.PostAsync($"{Rules}/1/acceptance", null)))
        {
            moments.Add((await Ok(answer)).GetProperty("acceptedAt").GetDateTimeOffset());
        }
        Assert.True(moments.Max() - moments.Min() < TimeSpan.FromMilliseconds(1), string.Join(' ', moments));
        Assert.Single(await TrailOf($"{id}/1"));
        await Refused(await own.PostAsync($"{Rules}/7/acceptance", null), HttpStatusCode.NotFound, "rules-not-found");
    }

    [Fact]
    public async Task Of_two_who_publish_at_once_one_is_told()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Send(house.Admin, Today, Title)));
        var made = new List<int>();
        foreach (var answer in answers)
        {
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                made.Add((await Ok(answer, HttpStatusCode.Created)).GetProperty("version").GetInt32());
            }
            else
            {
                await Refused(answer, HttpStatusCode.Conflict, "conflict");
            }
        }
        Assert.Equal(Enumerable.Range(1, made.Count), made.Order());
        var list = await Ok(await house.Editor.GetAsync($"{Rules}?limit=1"));
        Assert.Equal(made.Count, list.GetProperty("items")[0].GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Trying_rules_says_what_they_would_be_and_publishes_nothing()
    {
        await Publish();
        var would = await Ok(
            await Send(house.Admin, Today.AddDays(1), "Quy chế mới (mẫu)", act: "3658/HD-UBND", dryRun: true)
        );
        Assert.Equal(2, would.GetProperty("version").GetInt32());
        Assert.Equal("3658/HD-UBND", would.GetProperty("act").GetProperty("number").GetString());
        await Refused(
            await Send(house.Admin, Today.AddDays(-1), Title, dryRun: true),
            HttpStatusCode.UnprocessableEntity,
            "invalid"
        );
        await Refused(await house.Admin.GetAsync($"{Rules}/2"), HttpStatusCode.NotFound, "rules-not-found");
        await Publish(day: Today.AddDays(1));
        await Ok(await house.Admin.GetAsync($"{Rules}/2"));
    }

    [Fact]
    public async Task What_is_wrong_with_rules_is_said()
    {
        await Refused(await Send(house.Ops, Today, Title), HttpStatusCode.Forbidden, "forbidden");
        await Refused(await Send(house.Admin, Today.AddDays(-1), Title), HttpStatusCode.UnprocessableEntity, "invalid");
        await Refused(await Send(house.Admin, Today, " "), HttpStatusCode.UnprocessableEntity, "invalid");
        await Refused(
            await Send(house.Admin, Today, Title, act: "0/MAU"),
            HttpStatusCode.UnprocessableEntity,
            "act-unknown"
        );
        await Refused(await house.Editor.GetAsync($"{Rules}/in-force"), HttpStatusCode.NotFound, "rules-not-found");
        await Refused(await house.Admin.GetAsync($"{Rules}/acceptances"), HttpStatusCode.NotFound, "rules-not-found");
        await Publish(day: Today.AddDays(2), act: "3658/HD-UBND");
        await Refused(await Send(house.Admin, Today, Title), HttpStatusCode.UnprocessableEntity, "invalid");
        var rules = await Ok(await house.Editor.GetAsync($"{Rules}/1"));
        Assert.Equal("3658/HD-UBND", rules.GetProperty("act").GetProperty("number").GetString());
        Assert.False(rules.GetProperty("inForce").GetBoolean());
        var act = rules.GetProperty("act").GetProperty("id").GetGuid();
        await Refused(await house.Admin.DeleteAsync($"/api/points/acts/{act}"), HttpStatusCode.Conflict, "act-cited");
        await Refused(await house.Editor.GetAsync($"{Rules}/acceptances"), HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task An_administrator_sees_who_has_accepted_and_who_has_not()
    {
        await Publish();
        var (accepted, name) = await Person("Người Đã Đọc (mẫu)");
        var (missing, _) = await Person("Người Chưa Đọc (mẫu)");
        var (disabled, _) = await Person("Người Đã Nghỉ (mẫu)");
        await Ok(await house.Admin.PostAsync($"/api/points/accounts/{disabled}/disable", null));
        using var own = await Client(name);
        await Ok(await own.PostAsync($"{Rules}/1/acceptance", null));

        var row = Assert.Single(await Acceptances("accepted=true"));
        Assert.Equal(accepted, Id(row));
        Assert.False(row.TryGetProperty("key", out _));
        var others = (await Acceptances("accepted=false&limit=1")).Select(Id).ToList();
        Assert.Contains(missing, others);
        Assert.DoesNotContain(accepted, others);
        Assert.DoesNotContain(disabled, others);
        Assert.Equal(others.Count, others.Distinct().Count());
        Assert.Equal([missing], (await Acceptances("q=chua%20doc")).Select(Id));
        Assert.Equal([missing], (await Acceptances($"q={Uri.EscapeDataString("Chưa")}")).Select(Id));
        await Refused(
            await house.Admin.GetAsync($"{Rules}/acceptances?after=x"),
            HttpStatusCode.UnprocessableEntity,
            "cursor-invalid"
        );

        static Guid Id(JsonElement row) => row.GetProperty("accountId").GetGuid();
    }

    [Fact]
    public async Task Programs_go_on_unless_the_setting_says_that_they_wait_too()
    {
        var (_, name) = await Person();
        await Publish();
        await house.TokenOf(name);

        await Restart("required");
        try
        {
            await Refused(await house.AskToken(name, Password), HttpStatusCode.BadRequest, "unauthorized_client");
            using var visitor = new AccountVisitor(house);
            await visitor.SignIn(name);
            await Ask(visitor);
            await visitor.Submit(("answer", "accept"));
            await house.TokenOf(name);
        }
        finally
        {
            await Restart(null);
        }

        async Task Restart(string? acceptance)
        {
            await house.Process.Stop();
            await house.Process.Start([new("Identity:RulesAcceptance", acceptance)]);
        }
    }

    [Fact]
    public async Task Rules_are_published_read_and_accepted_by_the_command_line()
    {
        var file = Path.Combine(folder.FullName, "quy-che.md");
        await File.WriteAllTextAsync(file, $"# {Title}\n\nĐiều 1. Mẫu.\n");
        var day = Today.ToString("O", CultureInfo.InvariantCulture);
        var published = await Lcp("rules", "publish", file, "--in-force", day, "--act", "3658/HD-UBND");
        Assert.True(published.ExitCode == 0, published.Errors);
        Assert.Contains(Title, (await Lcp("rules")).Output, StringComparison.Ordinal);
        Assert.Contains("Điều 1. Mẫu.", (await Lcp("rules", "show")).Output, StringComparison.Ordinal);
        Assert.Contains("admin", (await Lcp("rules", "acceptances", "--missing")).Output, StringComparison.Ordinal);
        var accepted = await Lcp("rules", "accept", "1");
        Assert.True(accepted.ExitCode == 0, accepted.Errors);
        var missing = await Lcp("rules", "acceptances", "--missing", "--search", "admin");
        Assert.Contains("Không có mục nào", missing.Output, StringComparison.Ordinal);
        var unknown = await Lcp("rules", "accept", "2");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("rules-not-found", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_office_without_a_server_database_has_them_too()
    {
        await using var office = await OnSqlite();
        await Ok(await Send(office.Admin, Today, Title), HttpStatusCode.Created);
        await Ok(await office.Editor.PostAsync($"{Rules}/1/acceptance", null));
        var page = await Ok(await office.Admin.GetAsync($"{Rules}/acceptances?accepted=true"));
        Assert.Single(page.GetProperty("items").EnumerateArray());
    }

    private async Task<(Guid Id, string Name)> Person(string called = "Người mẫu")
    {
        var userName = $"mau-{Guid.CreateVersion7():N}";
        var made = await Ok(
            await house.Admin.PostAsJsonAsync(
                "/api/points/accounts",
                new
                {
                    userName,
                    name = called,
                    roles = new[] { "editor" },
                    password = Password,
                }
            ),
            HttpStatusCode.Created
        );
        return (made.GetProperty("id").GetGuid(), userName);
    }

    private async Task<HttpClient> Client(string name) => house.Process.ClientWith(await house.TokenOf(name));

    private async Task Publish(
        string text = "Điều 1 (mẫu).",
        DateOnly? day = null,
        string title = Title,
        string? act = null
    ) => await Ok(await Send(house.Admin, day ?? Today, title, text, act), HttpStatusCode.Created);

    private static Task<HttpResponseMessage> Send(
        HttpClient client,
        DateOnly inForceFrom,
        string title,
        string text = "Điều 1 (mẫu).",
        string? act = null,
        bool dryRun = false
    ) =>
        client.PostAsJsonAsync(
            dryRun ? Rules + "?dryRun=true" : Rules,
            new
            {
                title,
                text,
                inForceFrom,
                act,
            }
        );

    /// <summary>The version's day has come.</summary>
    private Task Pass(int version) =>
        house.Database.Execute($"UPDATE rules SET in_force_from = in_force_from - 1 WHERE version = {version}");

    /// <summary>The console asks for a code, and the browser comes to the rules.</summary>
    private static async Task Ask(AccountVisitor visitor)
    {
        Assert.True(await Asks(visitor), visitor.Page);
        await visitor.Open(visitor.Location!.ToString());
    }

    private static async Task<bool> Asks(AccountVisitor visitor) =>
        !await visitor.IsForgotten()
        && visitor.Location!.ToString().StartsWith("/account/rules", StringComparison.Ordinal);

    private Task<HttpResponseMessage> Renew(JsonElement tokens) =>
        house.Token(
            ("grant_type", "refresh_token"),
            ("client_id", "console"),
            ("refresh_token", tokens.GetProperty("refresh_token").GetString()!)
        );

    private async Task Renewed(JsonElement tokens) => await Ok(await Renew(tokens));

    private async Task<List<JsonElement>> TrailOf(string id)
    {
        var page = await Ok(
            await house.Admin.GetAsync($"/api/points/audit?entity=rules-acceptance&entityId={Uri.EscapeDataString(id)}")
        );
        return [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("entry"))];
    }

    private async Task<List<JsonElement>> Acceptances(string query)
    {
        var rows = new List<JsonElement>();
        string? after = null;
        do
        {
            var page = await Ok(
                await house.Admin.GetAsync($"{Rules}/acceptances?{query}{(after is null ? "" : $"&after={after}")}")
            );
            rows.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        } while (after is not null);
        return rows;
    }

    private Task<ProgramRun> Lcp(params string[] arguments) =>
        ProgramRun.Of(
            "services/Cli",
            arguments,
            new Dictionary<string, string?>
            {
                ["LCP_SERVER"] = house.Process.Address.AbsoluteUri,
                ["LCP_USER"] = "admin",
                ["LCP_PASSWORD"] = Password,
                ["XDG_CONFIG_HOME"] = folder.FullName,
            }
        );
}
