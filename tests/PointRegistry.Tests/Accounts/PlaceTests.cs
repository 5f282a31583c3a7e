using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Testing;

namespace LaiChau.PointRegistry.Tests.Accounts;

/// <summary>Accounts that are bound to a place, and accounts that end.</summary>
public sealed class PlaceTests(RegistryHouse house)
{
    private const string Unit = "03390";
    private const string Other = "03405";

    [Fact]
    public async Task A_commune_changes_its_points_and_moves_none_away()
    {
        var own = await house.Planned(unit: Unit);
        var foreign = await house.Planned(unit: Other);
        using var commune = await SignedIn(new { roles = new[] { "commune" }, unitCode = Unit });

        await RegistryHouse.Ok(await Change(commune, own, Unit));
        await RegistryHouse.Refused(
            await Change(commune, own, Other),
            HttpStatusCode.UnprocessableContent,
            "unit-out-of-place"
        );
        await RegistryHouse.Refused(await Change(commune, foreign, Unit), HttpStatusCode.NotFound, "point-not-found");
        var seen = await RegistryHouse.Ok(await commune.GetAsync("/api/points?limit=500"));
        Assert.Contains(own, Ids(seen));
        Assert.DoesNotContain(foreign, Ids(seen));
        await RegistryHouse.Refused(
            await commune.PostAsJsonAsync("/api/points", new { }),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
    }

    [Theory]
    [InlineData("""{"roles":["commune"]}""", "invalid")]
    [InlineData("""{"roles":["officer"]}""", "invalid")]
    [InlineData("""{"roles":["manager"],"unitCode":"03390"}""", "invalid")]
    [InlineData("""{"roles":["editor"],"unitCode":"03390"}""", "invalid")]
    [InlineData("""{"roles":["commune"],"unitCode":"12"}""", "unit-unknown")]
    [InlineData("""{"roles":["commune"],"unitCode":"99999"}""", "unit-unknown")]
    [InlineData("""{"roles":["officer"],"pointId":"01a21973-7544-712b-89b0-85497691830a"}""", "point-not-found")]
    [InlineData("""{"roles":["editor"],"expiresAt":"2020-01-01T00:00:00Z"}""", "invalid")]
    public async Task Terms_that_do_not_fit_together_are_refused(string terms, string code)
    {
        using var answer = await Create(
            JsonSerializer.Deserialize<JsonElement>(terms),
            $"mau-{Guid.CreateVersion7():N}"
        );
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Contains(code, problem.GetProperty("code").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partner_is_let_in_until_the_account_ends()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        var ends = TimeProvider.System.GetUtcNow().AddSeconds(40);
        await RegistryHouse.Ok(
            await Create(new { roles = new[] { "editor" }, expiresAt = ends }, name),
            HttpStatusCode.Created
        );
        await RegistryHouse.Ok(await house.AskToken(name, RegistryHouse.Password));
        await Eventually.Holds(async () =>
        {
            using var answer = await house.AskToken(name, RegistryHouse.Password);
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
        Assert.True(TimeProvider.System.GetUtcNow() >= ends);
    }

    [Fact]
    public async Task A_communes_account_goes_where_its_unit_goes()
    {
        await using var own = await RegistryHouse.Create();
        var point = await own.Planned(unit: Unit);
        var name = $"mau-{Guid.CreateVersion7():N}";
        await RegistryHouse.Ok(
            await Create(new { roles = new[] { "commune" }, unitCode = Unit }, name, own),
            HttpStatusCode.Created
        );
        await RegistryHouse.Ok(
            await own.Admin.PostAsJsonAsync(
                "/api/points/units/merges",
                new
                {
                    act = "Nghị quyết mẫu",
                    effectiveOn = VietnamToday(),
                    units = new[]
                    {
                        new
                        {
                            code = "09991",
                            name = "Đơn vị mẫu",
                            type = "commune",
                            parentCode = "12",
                            from = new[] { Unit, Other },
                        },
                    },
                }
            )
        );
        using var commune = own.Process.ClientWith(await own.TokenOf(name));
        Assert.Equal([point], Ids(await RegistryHouse.Ok(await commune.GetAsync("/api/points"))));
        var account = (await RegistryHouse.Ok(await own.Admin.GetAsync("/api/points/accounts?limit=500")))
            .GetProperty("items")
            .EnumerateArray()
            .Single(a => a.GetProperty("userName").GetString() == name);
        Assert.Equal("09991", account.GetProperty("unitCode").GetString());
    }

    private static string VietnamToday() =>
        DateOnly
            .FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date)
            .ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static List<Guid> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetGuid())];

    private static Task<HttpResponseMessage> Change(HttpClient client, Guid point, string unit) =>
        client.PutAsJsonAsync(
            $"/api/points/{point}",
            new
            {
                name = "Điểm mẫu đã sửa",
                unitCode = unit,
                languages = new[] { "vi" },
            }
        );

    private async Task<HttpClient> SignedIn(object terms)
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        await RegistryHouse.Ok(await Create(terms, name), HttpStatusCode.Created);
        return house.Process.ClientWith(await house.TokenOf(name));
    }

    private Task<HttpResponseMessage> Create(object terms, string name, RegistryHouse? where = null)
    {
        var account = JsonSerializer.SerializeToNode(terms)!.AsObject();
        account["userName"] = name;
        account["name"] = "Tài khoản mẫu";
        account["password"] = RegistryHouse.Password;
        return (where ?? house).Admin.PostAsJsonAsync("/api/points/accounts", account);
    }
}
