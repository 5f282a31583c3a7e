using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Points;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Organisations;

public sealed class PostgresOrganisationTests(PostgresHouse fixture)
    : OrganisationTests(fixture.House),
        IClassFixture<PostgresHouse>;

public sealed class SqliteOrganisationTests(SqliteHouse fixture)
    : OrganisationTests(fixture.House),
        IClassFixture<SqliteHouse>;

/// <summary>Organisations with their names and owners by period; the same on both databases.</summary>
public abstract class OrganisationTests(RegistryHouse house)
{
    private const string Path = "/api/points/organisations";
    private readonly string mark = $"m{Guid.CreateVersion7():N}"[..24];

    [Fact]
    public async Task Is_called_on_a_day_what_it_was_called_then_and_belongs_to_whom_it_belonged()
    {
        var first = await Added(Named("Ủy ban (mẫu)"));
        var second = await Added(Named("Bộ (mẫu)"));
        var department = await Added(
            new
            {
                kind = "department",
                names = new object[]
                {
                    new { name = $"Sở Khoa học và Công nghệ (mẫu) {mark}", from = "2025-03-01" },
                    new { name = $"Sở Thông tin và Truyền thông (mẫu) {mark}" },
                },
                owners = new object[]
                {
                    new { ownerId = first },
                    new { ownerId = second, from = "2026-01-01" },
                    new { from = "2026-06-01" },
                },
            }
        );
        foreach (
            var (day, name, owner) in new[]
            {
                ("2024-09-13", "Sở Thông tin và Truyền thông", "Ủy ban"),
                ("2025-02-28", "Sở Thông tin và Truyền thông", "Ủy ban"),
                ("2025-03-01", "Sở Khoa học và Công nghệ", "Ủy ban"),
                ("2026-01-01", "Sở Khoa học và Công nghệ", "Bộ"),
                ("2026-06-01", "Sở Khoa học và Công nghệ", null),
            }
        )
        {
            var one = await Ok(await house.Editor.GetAsync($"{Path}/{department}?asOf={day}"));
            Assert.StartsWith(name, one.GetProperty("name").GetString(), StringComparison.Ordinal);
            var listed = Assert.Single(
                (await List($"q={mark}&kind=department&asOf={day}")).GetProperty("items").EnumerateArray()
            );
            Assert.Equal(one.ToString(), listed.ToString());
            if (owner is null)
            {
                Assert.False(one.TryGetProperty("owner", out _));
            }
            else
            {
                Assert.StartsWith(
                    owner,
                    one.GetProperty("owner").GetProperty("name").GetString(),
                    StringComparison.Ordinal
                );
            }
        }
    }

    [Fact]
    public async Task Is_found_by_every_name_it_had_with_and_without_marks()
    {
        var id = await Added(
            new
            {
                kind = "department",
                names = new object[]
                {
                    new { name = $"Đài cũ {mark}" },
                    new { name = $"Báo mới {mark}", from = "2025-01-01" },
                },
            }
        );
        foreach (var typed in new[] { "đài cũ", "dai cu", "BÁO MỚI", "bao moi" })
        {
            Assert.Equal([id], Ids(await List($"q={Uri.EscapeDataString($"{typed} {mark}")}")));
        }
        Assert.Empty(Ids(await List($"q={Uri.EscapeDataString($"bảo {mark}")}")));
    }

    [Fact]
    public async Task Is_in_the_list_of_the_days_on_which_it_is_there()
    {
        var id = await Added(
            new
            {
                kind = "partner",
                names = new[] { new { name = $"Đối tác {mark}" } },
                activeFrom = "2025-01-01",
                activeTo = "2025-07-01",
            }
        );
        Assert.Empty(Ids(await List($"q={mark}&asOf=2024-12-31")));
        Assert.Equal([id], Ids(await List($"q={mark}&asOf=2025-01-01")));
        Assert.Empty(Ids(await List($"q={mark}&asOf=2025-07-01")));
        var today = Assert.Single((await List($"q={mark}")).GetProperty("items").EnumerateArray());
        Assert.False(today.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Pages_hold_every_organisation_once_in_the_order_of_their_names()
    {
        foreach (var name in new[] { "Bản", "Áng", "Bản", "Đồn", "An" })
        {
            await Added(Named($"{name} {mark}"));
        }
        var names = new List<string>();
        for (string? after = ""; after is not null; )
        {
            var page = await List($"q={mark}&limit=2&after={after}");
            names.AddRange(
                page.GetProperty("items").EnumerateArray().Select(o => o.GetProperty("name").GetString()![..2])
            );
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(["An", "Án", "Bả", "Bả", "Đồ"], names);
        await Refused(
            await house.Editor.GetAsync($"{Path}?after=khong-phai"),
            HttpStatusCode.UnprocessableEntity,
            "cursor-invalid"
        );
    }

    [Fact]
    public async Task A_change_of_what_somebody_else_changed_meanwhile_is_refused()
    {
        var id = await Added(Named($"Một {mark}"));
        using var read = await house.Editor.GetAsync($"{Path}/{id}");
        var tag = read.Headers.ETag!.Tag;
        await Ok(await Put(id, Named($"Hai {mark}"), tag));
        await Refused(await Put(id, Named($"Ba {mark}"), tag), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        await Ok(await Put(id, Named($"Bốn {mark}"), null));
    }

    public static TheoryData<string, string> Wrong =>
        new()
        {
            { """{"kind":"partner","names":[]}""", "invalid" },
            { """{"kind":"partner","names":[{"name":" "}]}""", "invalid" },
            { """{"kind":"partner","names":[null]}""", "invalid" },
            { """{"kind":"partner","names":[{"name":"a"},{"name":"b"}]}""", "invalid" },
            {
                """{"kind":"partner","names":[{"name":"a"}],"owners":[{"ownerId":"01a21973-7544-712b-89b0-85497691830a"}]}""",
                "invalid"
            },
            {
                """{"kind":"partner","names":[{"name":"a"}],"activeFrom":"2025-01-01","activeTo":"2025-01-01"}""",
                "invalid"
            },
            { """{"kind":"communeCommittee","names":[{"name":"a"}],"unitCode":"99999"}""", "unit-unknown" },
            { """{"kind":"communeCommittee","names":[{"name":"a"}],"unitCode":"108"}""", "unit-unknown" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Refuses_what_makes_no_sense(string body, string code) =>
        await Refused(
            await house.Ops.PostAsync(Path, new StringContent(body, null, "application/json")),
            HttpStatusCode.UnprocessableEntity,
            code
        );

    [Fact]
    public async Task A_committee_is_of_the_unit_that_had_the_code_while_it_was_there()
    {
        await Added(
            new
            {
                kind = "communeCommittee",
                names = new[] { new { name = $"UBND huyện (mẫu) {mark}" } },
                unitCode = "108",
                activeTo = "2025-07-01",
            }
        );
    }

    [Fact]
    public async Task Does_not_belong_to_itself_and_an_unknown_one_is_not_found()
    {
        var id = await Added(Named($"Tự thân {mark}"));
        var own = new
        {
            kind = "partner",
            names = new[] { new { name = $"Tự thân {mark}" } },
            owners = new[] { new { ownerId = id } },
        };
        await Refused(await Put(id, own, null), HttpStatusCode.UnprocessableEntity, "invalid");
        var nowhere = Guid.CreateVersion7();
        await Refused(await Put(nowhere, own, null), HttpStatusCode.NotFound, "organisation-not-found");
        await Refused(
            await house.Editor.GetAsync($"{Path}/{nowhere}"),
            HttpStatusCode.NotFound,
            "organisation-not-found"
        );
    }

    [Fact]
    public async Task Only_operators_and_administrators_write()
    {
        await Refused(await house.Editor.PostAsJsonAsync(Path, Named("a")), HttpStatusCode.Forbidden, "forbidden");
        await Refused(await house.Anonymous.GetAsync(Path), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task The_same_key_adds_one()
    {
        var key = Guid.CreateVersion7().ToString();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path)
            {
                Content = JsonContent.Create(Named($"Một lần {mark}")),
            };
            request.Headers.Add("Idempotency-Key", key);
            await Ok(await house.Ops.SendAsync(request), HttpStatusCode.Created);
        }
        Assert.Single(Ids(await List($"q={mark}")));
    }

    private static object Named(string name) => new { kind = "partner", names = new[] { new { name } } };

    private async Task<Guid> Added(object organisation) =>
        (await Ok(await house.Ops.PostAsJsonAsync(Path, organisation), HttpStatusCode.Created))
            .GetProperty("id")
            .GetGuid();

    private async Task<HttpResponseMessage> Put(Guid id, object organisation, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Path}/{id}")
        {
            Content = JsonContent.Create(organisation),
        };
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }
        return await house.Ops.SendAsync(request);
    }

    private async Task<JsonElement> List(string query) => await Ok(await house.Editor.GetAsync($"{Path}?{query}"));

    private static List<Guid> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetGuid())];
}
