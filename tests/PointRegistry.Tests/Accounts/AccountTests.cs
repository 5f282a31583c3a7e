using System.Net;
using System.Net.Http.Json;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Accounts;

public sealed class AccountTests(RegistryHouse house)
{
    [Theory]
    [InlineData("ab", "editor", Password, "user-name-invalid")]
    [InlineData("có dấu", "editor", Password, "user-name-invalid")]
    [InlineData("bientap-mau", "king", Password, "role-unknown")]
    [InlineData("bientap-mau", "point", Password, "role-unknown")]
    [InlineData("bientap-mau", "editor", "ngan", "password-too-weak")]
    [InlineData("bientap-mau", "editor", "aaaaaaaaaaaaaaa", "password-too-weak")]
    [InlineData("bientap-mau", "editor", "bientap-mau-123", "password-too-weak")]
    public async Task Refuses_what_no_account_can_be(string userName, string role, string password, string code) =>
        await Refused(await Create(house.Admin, userName, role, password), HttpStatusCode.UnprocessableEntity, code);

    [Fact]
    public async Task A_name_is_taken_once_whatever_its_case()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        await Created(house.Admin, name, "editor");
        await Refused(
            await Create(house.Admin, name.ToUpperInvariant(), "editor", Password),
            HttpStatusCode.Conflict,
            "user-name-taken"
        );
    }

    [Fact]
    public async Task Only_administrators_make_accounts()
    {
        foreach (var client in new[] { house.Ops, house.Editor, await house.Account("reviewer") })
        {
            await Refused(
                await Create(client, "mau-leo-thang", "admin", Password),
                HttpStatusCode.Forbidden,
                "forbidden"
            );
        }
        await Refused(
            await Create(house.Anonymous, "mau-leo-thang", "admin", Password),
            HttpStatusCode.Unauthorized,
            "unauthenticated"
        );
    }

    [Fact]
    public async Task Nobody_disables_their_own_account()
    {
        var accounts = await Ok(await house.Admin.GetAsync("/api/points/accounts?limit=500"));
        var own = accounts
            .GetProperty("items")
            .EnumerateArray()
            .Single(a => a.GetProperty("userName").GetString() == "admin")
            .GetProperty("id")
            .GetGuid();
        await Refused(
            await house.Admin.PostAsync($"/api/points/accounts/{own}/disable", null),
            HttpStatusCode.Conflict,
            "own-account"
        );
    }

    [Fact]
    public async Task No_answer_carries_a_password_or_its_hash()
    {
        using var answer = await house.Admin.GetAsync("/api/points/accounts?limit=500");
        Assert.DoesNotContain("password", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    private static Task<HttpResponseMessage> Create(HttpClient client, string userName, string role, string password) =>
        client.PostAsJsonAsync(
            "/api/points/accounts",
            new
            {
                userName,
                name = "Tài khoản mẫu",
                roles = new[] { role },
                password,
            }
        );
}
