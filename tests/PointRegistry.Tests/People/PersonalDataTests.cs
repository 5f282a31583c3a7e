using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Accounts;
using LaiChau.Testing;
using Npgsql;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.People;

/// <summary>A registry of its own, in which one person has done everything that leaves a name.</summary>
public sealed class PersonalDataTests : IAsyncLifetime
{
    private const string Erased = "Người đã xoá";
    private readonly string userName = $"mau.xoa.{Guid.CreateVersion7():N}";
    private readonly string mark = Guid.CreateVersion7().ToString("N")[20..];
    private RegistryHouse house = null!;

    private string OldName => $"Tên Cũ Mẫu {mark}";
    private string Name => $"Tên Mới Mẫu {mark}";
    private static string Phone => "0912 000 " + Random.Shared.Next(100, 999);

    public async ValueTask InitializeAsync() => house = await RegistryHouse.Create();

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task After_an_erasure_no_column_of_the_database_holds_a_name_and_the_trail_is_whole()
    {
        var (id, member, phone) = await Somebody();
        string[] words = [Name, OldName, userName, phone];
        foreach (var word in words)
        {
            Assert.NotEmpty(await Holding(word));
        }
        var columns = await NamesBesideIds();
        Assert.Equal(columns, await NamesBesideIds(Name));

        var before = await Database();
        var plan = await Ok(await Erase(house.Admin, id, dryRun: true));
        Assert.True(plan.GetProperty("dryRun").GetBoolean());
        Assert.Equal(before, await Database());

        var done = await Ok(await Erase(house.Admin, id));
        Assert.Equal(Wheres(plan), Wheres(done));
        Assert.Equal(member, Assert.Single(done.GetProperty("memberIds").EnumerateArray()).GetGuid());
        Assert.Empty(done.GetProperty("mentions").EnumerateArray());
        foreach (var word in words)
        {
            Assert.Empty(await Holding(word));
        }
        Assert.Equal(columns, await NamesBesideIds(Erased));

        // Who did what can still be told, by an id that leads to nobody.
        Assert.NotEmpty(await Holding(id.ToString()));
        var gone = await VerifyTrail();
        var said = await house.Trail("person", id);
        Assert.Equal(
            gone,
            Assert.Single(said).GetProperty("after").GetProperty("parts").EnumerateArray().Select(p => p.GetInt64())
        );
        await Eventually.Holds(async () =>
            (await house.Broker.Heard("person-erased")).Any(m => m.GetProperty("personId").GetGuid() == id)
        );
    }

    [Fact]
    public async Task Whoever_is_erased_does_not_come_back()
    {
        var (id, member, _) = await Somebody();
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(userName);
        var tokens = await visitor.Tokens();
        await Ok(await Erase(house.Admin, id));

        await Refused(await house.AskToken(userName, Password), HttpStatusCode.Unauthorized, "invalid_client");
        await Refused(await house.AskToken($"xoa-{id:N}", ""), HttpStatusCode.BadRequest, "invalid_request");
        await Refused(await house.AskToken($"xoa-{id:N}", "x"), HttpStatusCode.Unauthorized, "invalid_client");
        await Refused(
            await house.Token(
                ("grant_type", "refresh_token"),
                ("client_id", "console"),
                ("refresh_token", tokens.GetProperty("refresh_token").GetString()!)
            ),
            HttpStatusCode.BadRequest,
            "invalid_grant"
        );
        Assert.True(await visitor.IsForgotten());
        Assert.Contains(
            id.ToString(),
            await house.Anonymous.GetStringAsync("/connect/revocations"),
            StringComparison.Ordinal
        );
        await Refused(
            await house.Admin.PostAsync($"/api/points/accounts/{id}/enable", null),
            HttpStatusCode.Conflict,
            "person-erased"
        );
        await Refused(
            await house.Admin.PutAsJsonAsync(
                $"/api/points/accounts/{id}",
                new { name = "Tên mới (mẫu)", roles = new[] { "editor" } }
            ),
            HttpStatusCode.Conflict,
            "person-erased"
        );
        await Refused(
            await house.Admin.PutAsJsonAsync($"/api/points/teams/members/{member}", new { name = "Tên mới (mẫu)" }),
            HttpStatusCode.Conflict,
            "person-erased"
        );
        // The name is free: somebody else may have it.
        await Created(house.Admin, userName, "editor");
        await Ok(await Erase(house.Admin, id));
        await house.TokenOf(userName);
    }

    [Fact]
    public async Task A_member_of_a_team_without_an_account_is_exported_and_erased_too()
    {
        var phone = Phone;
        var member = await Member(await Team(), new { name = Name, phone });
        var export = await Ok(await house.Admin.GetAsync($"/api/points/people/{member}/export"));
        var row = Assert.Single(export.GetProperty("rows").GetProperty("team_members").EnumerateArray());
        Assert.Equal(phone, row.GetProperty("phone").GetString());
        await Ok(await Erase(house.Admin, member));
        Assert.Empty(await Holding(Name));
        Assert.Empty(await Holding(phone));
        Assert.Empty(await house.Broker.Heard("person-erased"));
        await VerifyTrail();
    }

    [Fact]
    public async Task An_export_holds_what_every_table_and_the_trail_say_and_no_secret()
    {
        var (id, member, phone) = await Somebody();
        using var own = house.Process.ClientWith(await house.TokenOf(userName));
        var export = await Ok(await own.GetAsync("/api/points/people/me/export"));
        Assert.Equal([id, member], export.GetProperty("ids").EnumerateArray().Select(i => i.GetGuid()));
        var tables = export.GetProperty("rows").EnumerateObject().Select(t => t.Name).Order().ToArray();
        string[] expected =
        [
            "account_keys",
            "accounts",
            "attendances",
            "case_steps",
            "cases",
            "opening_corrections",
            "openings",
            "point_states",
            "rules",
            "rules_acceptances",
            "targets",
            "team_members",
            "unit_merges",
        ];
        Assert.Equal(expected, tables);
        var text = export.GetRawText();
        foreach (var word in new[] { Name, OldName, userName, phone })
        {
            Assert.Contains(word, text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("passwordHash\":\"A", text, StringComparison.Ordinal);
        Assert.False(export.GetProperty("rows").GetProperty("accounts")[0].TryGetProperty("passwordHash", out _));
        var byAdmin = await Ok(await house.Admin.GetAsync($"/api/points/people/{member}/export"));
        Assert.Equal(export.GetProperty("rows").GetRawText(), byAdmin.GetProperty("rows").GetRawText());
        // Another's name is another's: what an administrator did to accounts does not bring their names along.
        var admin = await Ok(await house.Admin.GetAsync("/api/points/people/me/export"));
        Assert.DoesNotContain(Name, admin.GetProperty("trail").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_wrote_about_somebody_is_told_and_left()
    {
        var account = await Created(house.Admin, userName, "editor");
        var id = account.GetProperty("id").GetGuid();
        await Rename(id, Name);
        var point = await house.Planned();
        await Raise(house.Ops, point, $"Gọi cho {Name} (mẫu)");
        var done = await Ok(await Erase(house.Admin, id));
        var mentions = done.GetProperty("mentions").EnumerateArray().Select(m => m.GetProperty("where").GetString());
        Assert.Contains("cases.title", mentions);
        Assert.Contains("audit_entries.line", mentions);
    }

    [Fact]
    public async Task Somebody_else_of_the_same_name_keeps_it()
    {
        var id = (await Created(house.Admin, userName, "editor")).GetProperty("id").GetGuid();
        var other = (await Created(house.Admin, userName + ".2", "ops")).GetProperty("id").GetGuid();
        await Rename(id, Name);
        await Rename(other, Name);
        await Ok(await Erase(house.Admin, id));
        var export = await Ok(await house.Admin.GetAsync($"/api/points/people/{other}/export"));
        Assert.Equal(Name, export.GetProperty("rows").GetProperty("accounts")[0].GetProperty("name").GetString());
        Assert.Contains(Name, export.GetProperty("trail").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_erases_nothing()
    {
        var (id, _, phone) = await Somebody();
        var nobody = Guid.CreateVersion7();
        var self = (await Ok(await house.Admin.GetAsync("/api/points/people/me/export")))
            .GetProperty("ids")[0]
            .GetGuid();
        await Refused(await Erase(house.Ops, id), HttpStatusCode.Forbidden, "forbidden");
        await Refused(
            await house.Ops.GetAsync($"/api/points/people/{id}/export"),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
        await Refused(await Erase(house.Admin, nobody), HttpStatusCode.NotFound, "person-not-found");
        await Refused(
            await house.Admin.GetAsync($"/api/points/people/{nobody}/export"),
            HttpStatusCode.NotFound,
            "person-not-found"
        );
        await Refused(await Erase(house.Admin, self), HttpStatusCode.Conflict, "own-account");
        foreach (var reason in new[] { " ", $"Theo đơn của {Name.ToUpperInvariant()}", $"gọi {phone} xin xoá" })
        {
            await Refused(await Erase(house.Admin, id, reason), HttpStatusCode.UnprocessableEntity, "invalid");
        }
        await Refused(await Erase(house.Admin, id, act: "0/MAU"), HttpStatusCode.UnprocessableEntity, "act-unknown");
        Assert.NotEmpty(await Holding(Name));
    }

    [Fact]
    public async Task Two_who_erase_at_once_both_come_to_the_end()
    {
        var (id, _, _) = await Somebody();
        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Erase(house.Admin, id))))
        {
            await Ok(answer);
        }
        Assert.Empty(await Holding(Name));
        await VerifyTrail();
    }

    /// <summary>An account that was renamed, with a seat in a team, and all that leaves a name behind.</summary>
    private async Task<(Guid Id, Guid Member, string Phone)> Somebody()
    {
        var created = await Ok(
            await house.Admin.PostAsJsonAsync(
                "/api/points/accounts",
                new
                {
                    userName,
                    name = OldName,
                    roles = new[] { "admin" },
                    password = Password,
                }
            ),
            HttpStatusCode.Created
        );
        var id = created.GetProperty("id").GetGuid();
        using (var before = house.Process.ClientWith(await house.TokenOf(userName)))
        {
            await Raise(before, await house.Planned(), "Việc mẫu");
        }
        await Rename(id, Name, "admin");
        using var own = house.Process.ClientWith(await house.TokenOf(userName));

        var point = (
            await Ok(
                await own.PostAsJsonAsync(
                    "/api/points",
                    new
                    {
                        name = "Điểm mẫu",
                        unitCode = "03478",
                        languages = new[] { "vi" },
                    }
                ),
                HttpStatusCode.Created
            )
        ).GetProperty("id").GetGuid();
        var raised = await Raise(own, point, "Việc mẫu");
        await Ok(await own.PostAsJsonAsync($"/api/points/cases/{raised}/steps", new { step = "accept" }));
        var hours = new { openedAt = "2026-01-06T07:30:00+07:00", closedAt = "2026-01-06T11:30:00+07:00" };
        var opening = (
            await Ok(await own.PostAsJsonAsync($"/api/points/{point}/openings", hours), HttpStatusCode.Created)
        )
            .GetProperty("id")
            .GetGuid();
        await Ok(
            await own.PutAsJsonAsync(
                $"/api/points/openings/{opening}",
                hours with
                {
                    closedAt = "2026-01-06T11:00:00+07:00",
                }
            )
        );
        await Ok(
            await own.PutAsJsonAsync(
                $"/api/points/{point}/targets",
                new
                {
                    metric = "openHours",
                    period = "2026-11",
                    value = 20,
                }
            )
        );
        await Ok(
            await own.PostAsJsonAsync(
                "/api/points/units/merges",
                new
                {
                    act = "Nghị quyết mẫu",
                    effectiveOn = TimeProvider.System.GetUtcNow().AddHours(7).ToString("yyyy-MM-dd", null),
                    units = new[]
                    {
                        new
                        {
                            code = "99001",
                            name = "Xã mẫu",
                            type = "commune",
                            parentCode = "12",
                            from = new[] { "03424", "03430" },
                        },
                    },
                    abolished = Array.Empty<string>(),
                }
            )
        );
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Ok(
            await own.PostAsJsonAsync(
                "/api/points/accounts/me/keys",
                new { name = $"Máy của {Name}", publicKey = key.ExportSubjectPublicKeyInfoPem() }
            ),
            HttpStatusCode.Created
        );
        await Ok(
            await own.PostAsJsonAsync(
                "/api/points/rules",
                new
                {
                    title = "Quy chế mẫu",
                    text = "Mẫu.",
                    inForceFrom = TimeProvider.System.GetUtcNow().AddHours(7).ToString("yyyy-MM-dd", null),
                }
            ),
            HttpStatusCode.Created
        );
        await Ok(await own.PostAsync("/api/points/rules/1/acceptance", null));

        var phone = Phone;
        var member = await Member(
            await Team(),
            new
            {
                name = Name,
                phone,
                accountId = id,
            }
        );
        var course = (
            await Ok(
                await house.Ops.PostAsJsonAsync(
                    "/api/points/training/courses",
                    new { name = "Khoá mẫu", forTeams = true }
                ),
                HttpStatusCode.Created
            )
        )
            .GetProperty("id")
            .GetGuid();
        var session = (
            await Ok(
                await house.Ops.PostAsJsonAsync(
                    "/api/points/training/sessions",
                    new
                    {
                        courseId = course,
                        kind = "staff",
                        heldOn = "2026-01-05",
                        trainer = Name,
                        pointId = point,
                    }
                ),
                HttpStatusCode.Created
            )
        ).GetProperty("id").GetGuid();
        await Ok(
            await house.Ops.PostAsJsonAsync(
                $"/api/points/training/sessions/{session}/attendance",
                new { people = new[] { new { memberId = member, completed = true } } }
            )
        );
        return (id, member, phone);
    }

    private async Task<Guid> Team() =>
        (
            await Ok(
                await house.Ops.PostAsJsonAsync("/api/points/teams", new { village = "Bản mẫu", unitCode = "03478" }),
                HttpStatusCode.Created
            )
        )
            .GetProperty("id")
            .GetGuid();

    private async Task<Guid> Member(Guid team, object member)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/points/teams/{team}/members")
        {
            Content = JsonContent.Create(member),
            // The answer is kept for whoever asks again.
            Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } },
        };
        return (await Ok(await house.Admin.SendAsync(request), HttpStatusCode.Created)).GetProperty("id").GetGuid();
    }

    private async Task Rename(Guid id, string name, string role = "editor") =>
        await Ok(await house.Admin.PutAsJsonAsync($"/api/points/accounts/{id}", new { name, roles = new[] { role } }));

    private static async Task<Guid> Raise(HttpClient client, Guid point, string title) => (
            await Ok(
                await client.PostAsJsonAsync(
                    "/api/points/cases",
                    new
                    {
                        kind = "task",
                        title,
                        pointId = point,
                    }
                ),
                HttpStatusCode.Created
            )
        ).GetProperty("id").GetGuid();

    private static Task<HttpResponseMessage> Erase(
        HttpClient client,
        Guid id,
        string reason = "Theo đơn đề nghị (mẫu)",
        string? act = null,
        bool dryRun = false
    ) =>
        client.PostAsJsonAsync(
            $"/api/points/people/{id}/erasure?dryRun={(dryRun ? "true" : "false")}",
            new { reason, act }
        );

    private static List<string> Wheres(JsonElement answer) =>
        [.. answer.GetProperty("erased").EnumerateArray().Select(e => e.GetRawText())];

    /// <summary>The numbers of the entries whose personal part is gone; the chain computed anew.</summary>
    private async Task<List<long>> VerifyTrail()
    {
        var gone = new List<long>();
        var hash = new string('0', 64);
        var export = await house.Admin.GetStringAsync("/api/points/audit/export");
        foreach (var row in export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)))
        {
            var line = row.GetProperty("line").GetString()!;
            hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hash}\n{line}")));
            Assert.Equal(hash, row.GetProperty("hash").GetString());
            var holds = JsonElement.Parse(line).TryGetProperty("personal", out _);
            Assert.False(!holds && row.GetProperty("hasPersonal").GetBoolean());
            if (holds && !row.GetProperty("hasPersonal").GetBoolean())
            {
                gone.Add(row.GetProperty("no").GetInt64());
            }
        }
        return gone;
    }

    /// <summary>The tables in which a row holds the text, in whatever column.</summary>
    private async Task<List<string>> Holding(string text)
    {
        var found = new List<string>();
        foreach (var table in await Tables())
        {
            var rows = await house.Database.Scalar<long>(
                $"""
                SELECT count(*) FROM "{table}" AS x
                WHERE strpos(lower(x::text), lower('{text}')) > 0
                   OR strpos(x::text, encode(convert_to('{text}', 'UTF8'), 'hex')) > 0
                """
            );
            if (rows > 0)
            {
                found.Add(table);
            }
        }
        return found;
    }

    private Task<List<string>> Tables() =>
        List(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        );

    /// <summary>Every row of every table that a dry run could have touched.</summary>
    private async Task<string> Database()
    {
        var all = new StringBuilder();
        foreach (var table in (await Tables()).Except(["outbox", "points"]))
        {
            all.Append(table)
                .Append(
                    await house.Database.Scalar<string>(
                        $"""SELECT coalesce(md5(string_agg(x::text, '|' ORDER BY x::text)), '') FROM "{table}" AS x"""
                    )
                );
        }
        return all.ToString();
    }

    /// <summary>The columns that keep a name beside an id: all, or those that hold this one.</summary>
    private async Task<List<string>> NamesBesideIds(string? name = null)
    {
        var columns = await List(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE '%by_name' ORDER BY 1"
        );
        var found = new List<string>();
        foreach (var column in columns)
        {
            var (table, held) = (column.Split('.')[0], column.Split('.')[1]);
            if (
                name is null
                || await house.Database.Scalar<long>($"SELECT count(*) FROM {table} WHERE {held} = '{name}'") > 0
            )
            {
                found.Add(column);
            }
        }
        return found;
    }

    private async Task<List<string>> List(string sql)
    {
        await using var source = NpgsqlDataSource.Create(house.Database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }
        return rows;
    }
}
