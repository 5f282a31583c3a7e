using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LaiChau.Testing;
using Npgsql;
using Xunit;

namespace LaiChau.PointRegistry.Tests.Audit;

public sealed class AuditTrailTests(RegistryHouse house)
{
    [Fact]
    public async Task Says_who_changed_what_from_what_to_what()
    {
        var point = await house.Planned("Điểm mẫu A");
        await RegistryHouse.Ok(
            await house.Ops.PutAsJsonAsync(
                $"/api/points/{point}",
                new
                {
                    name = "Điểm mẫu B",
                    unitCode = "03478",
                    languages = new[] { "vi", "hmn-Latn-x-vn" },
                }
            )
        );

        var entries = await Entries("point", point.ToString());
        Assert.Equal(["changed", "created"], entries.Select(e => e.GetProperty("action").GetString()));
        var changed = entries[0];
        Assert.Equal("Điểm mẫu A", changed.GetProperty("before").GetProperty("name").GetString());
        Assert.Equal("Điểm mẫu B", changed.GetProperty("after").GetProperty("name").GetString());
        Assert.Equal("hmn-Latn-x-vn", changed.GetProperty("after").GetProperty("languages")[1].GetString());
        Assert.False(changed.GetProperty("after").TryGetProperty("unitCode", out _));
        var actor = changed.GetProperty("actor");
        Assert.Equal("account", actor.GetProperty("kind").GetString());
        Assert.Equal("ops", actor.GetProperty("roles")[0].GetString());
        Assert.True(Guid.TryParse(actor.GetProperty("id").GetString(), out _));
        Assert.Equal("127.0.0.1", changed.GetProperty("client").GetProperty("address").GetString());
        Assert.Equal("points", changed.GetProperty("service").GetString());
        Assert.Equal(32, changed.GetProperty("trace").GetString()!.Length);
    }

    [Fact]
    public async Task Holds_no_password_and_of_a_person_a_digest_that_the_erasable_part_fits()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        var account = (await RegistryHouse.Created(house.Admin, name, "editor")).GetProperty("id").GetString()!;

        var row = (await Page($"entity=account&entityId={account}")).GetProperty("items")[0];
        var (entry, personal) = (row.GetProperty("entry"), row.GetProperty("personal"));
        Assert.Equal("***", entry.GetProperty("after").GetProperty("passwordHash").GetString());
        Assert.DoesNotContain(name, entry.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(name, personal.GetProperty("after").GetProperty("userName").GetString());
        var kept = await house.Database.Scalar<string>(
            $"SELECT content FROM audit_personal_parts WHERE entity_id = '{account}'"
        );
        Assert.Equal(
            entry.GetProperty("personal").GetString(),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kept)))
        );
    }

    [Fact]
    public async Task The_chain_can_be_computed_anew_by_whoever_has_the_lines()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => house.Planned($"Điểm mẫu {n}")));
        // Refused half way: it takes no number.
        var name = $"mau-{Guid.CreateVersion7():N}";
        await RegistryHouse.Created(house.Admin, name, "editor");
        await RegistryHouse.Refused(
            await house.Admin.PostAsJsonAsync(
                "/api/points/accounts",
                new
                {
                    userName = name,
                    name = "Mẫu",
                    roles = new[] { "editor" },
                    password = RegistryHouse.Password,
                }
            ),
            HttpStatusCode.Conflict,
            "user-name-taken"
        );
        await house.Planned("Điểm mẫu cuối");

        var export = await house.Admin.GetStringAsync("/api/points/audit/export");
        var hash = new string('0', 64);
        var no = 0L;
        foreach (var row in export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)))
        {
            var line = row.GetProperty("line").GetString()!;
            hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hash}\n{line}")));
            Assert.Equal(++no, row.GetProperty("no").GetInt64());
            Assert.Equal(no, JsonElement.Parse(line).GetProperty("no").GetInt64());
            Assert.Equal(hash, row.GetProperty("hash").GetString());
        }
        Assert.True(no > 22);
        await Eventually.Holds(async () =>
            (await house.Broker.Heard("audit-head-moved")).Any(m =>
                m.GetProperty("hash").GetString() == hash && m.GetProperty("no").GetInt64() == no
            )
        );
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET line = line")]
    [InlineData("DELETE FROM audit_entries WHERE no = 1")]
    [InlineData("TRUNCATE audit_entries")]
    public async Task The_database_refuses_to_change_it_even_for_its_owner(string sql)
    {
        await house.Planned();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => house.Database.Execute(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Is_for_administrators_alone()
    {
        foreach (var path in new[] { "/api/points/audit", "/api/points/audit/export" })
        {
            foreach (var client in new[] { house.Ops, house.Editor })
            {
                await RegistryHouse.Refused(await client.GetAsync(path), HttpStatusCode.Forbidden, "forbidden");
            }
            await RegistryHouse.Refused(
                await house.Anonymous.GetAsync(path),
                HttpStatusCode.Unauthorized,
                "unauthenticated"
            );
        }
    }

    [Fact]
    public async Task Turns_pages_from_the_newest_back()
    {
        var point = await house.Planned("Điểm mẫu 1");
        await RegistryHouse.Ok(
            await house.Ops.PostAsJsonAsync($"/api/points/{point}/close", new { reason = "Thử (mẫu)" })
        );

        var first = await Page($"entity=point&entityId={point}&limit=1");
        Assert.Equal("changed", Assert.Single(Items(first)).GetProperty("action").GetString());
        var second = await Page($"entity=point&entityId={point}&limit=1&after={first.GetProperty("next")}");
        Assert.Equal("created", Assert.Single(Items(second)).GetProperty("action").GetString());
        Assert.False(second.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task A_refused_enrolment_leaves_a_word()
    {
        var point = await house.Planned();
        var code = await house.Code(point);
        await RegistryHouse.Ok(await house.Enrol(code, new PointMachine(point)));
        await RegistryHouse.Refused(
            await house.Enrol(code, new PointMachine(point)),
            HttpStatusCode.Conflict,
            "enrolment-code-used"
        );

        var refused = Assert.Single(
            await Entries("enrolment", point.ToString()),
            e => e.GetProperty("action").GetString() == "refused"
        );
        Assert.Equal("anonymous", refused.GetProperty("actor").GetProperty("kind").GetString());
        Assert.Equal("enrolment-code-used", refused.GetProperty("after").GetProperty("code").GetString());
    }

    private Task<JsonElement> Page(string query) =>
        house.Admin.GetFromJsonAsync<JsonElement>($"/api/points/audit?{query}");

    private async Task<List<JsonElement>> Entries(string entity, string id) =>
        Items(await Page($"entity={entity}&entityId={id}"));

    private static List<JsonElement> Items(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("entry"))];
}
