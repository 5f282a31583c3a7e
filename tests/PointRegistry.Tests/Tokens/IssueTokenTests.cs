using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Tokens;

public sealed partial class IssueTokenTests(RegistryHouse house)
{
    [Theory]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    public async Task A_point_proves_itself_by_its_key(string type)
    {
        var (point, machine) = await house.Enrolled();
        var answer = await Ok(await house.Assert(machine, machine.Assertion(house.Audience, type)));
        var claims = Claims(answer.GetProperty("access_token").GetString()!);
        Assert.Equal(point.ToString(), claims.GetProperty("sub").GetString());
        Assert.Equal("point", claims.GetProperty("role").GetString());
    }

    [Fact]
    public async Task Refuses_an_assertion_that_was_used_before()
    {
        var (_, machine) = await house.Enrolled();
        var assertion = machine.Assertion(house.Audience);
        await Ok(await house.Assert(machine, assertion));
        await Refused(await house.Assert(machine, assertion), HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task Refuses_another_keys_assertion()
    {
        var (point, machine) = await house.Enrolled();
        var thief = new PointMachine(point);
        await Refused(
            await house.Assert(machine, thief.Assertion(house.Audience)),
            HttpStatusCode.Unauthorized,
            "invalid_client"
        );
    }

    [Fact]
    public async Task Refuses_an_assertion_for_somebody_else_or_too_old_or_too_long()
    {
        var (_, machine) = await house.Enrolled();
        var assertions = new[]
        {
            machine.Assertion("https://example.com/connect/token"),
            machine.Assertion(house.Audience, life: TimeSpan.FromMinutes(-10)),
            machine.Assertion(house.Audience, life: TimeSpan.FromHours(2)),
            machine.Assertion(house.Audience, issuer: Guid.CreateVersion7()),
        };
        foreach (var assertion in assertions)
        {
            using var answer = await house.Assert(machine, assertion);
            Assert.True(
                answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized,
                $"{(int)answer.StatusCode}: {assertion}"
            );
        }
    }

    [Fact]
    public async Task A_suspended_point_gets_no_token_and_an_activated_one_does_again()
    {
        var (point, machine) = await house.Enrolled();
        await Ok(await house.Ops.PostAsJsonAsync($"/api/points/{point}/suspend", new { reason = "Mẫu" }));
        using (var refused = await house.Assert(machine, machine.Assertion(house.Audience)))
        {
            Assert.True(refused.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized);
        }
        await Ok(await house.Ops.PostAsync($"/api/points/{point}/activate", null));
        await Ok(await house.Assert(machine, machine.Assertion(house.Audience)));
    }

    [Fact]
    public async Task Wrong_passwords_lock_the_name_for_a_while()
    {
        await using var strict = await Create(("Identity:LockoutAttempts", "3"));
        var name = $"mau-{Guid.CreateVersion7():N}";
        await Created(strict.Admin, name, "editor");
        await strict.TokenOf(name);
        for (var i = 0; i < 3; i++)
        {
            await Refused(
                await strict.AskToken(name, "sai-mat-khau-roi"),
                HttpStatusCode.Unauthorized,
                "invalid_client"
            );
        }
        await Refused(await strict.AskToken(name, Password), HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_disabled_account_gets_no_token()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        var account = (await Created(house.Admin, name, "editor")).GetProperty("id").GetGuid();
        await house.TokenOf(name);
        using (var disabled = await house.Admin.PostAsync($"/api/points/accounts/{account}/disable", null))
        {
            disabled.EnsureSuccessStatusCode();
        }
        await Refused(await house.AskToken(name, Password), HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_person_signs_in_by_the_page_and_the_console_gets_its_tokens()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        await Created(house.Admin, name, "reviewer");
        using var browser = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }
        )
        {
            BaseAddress = house.Process.Address,
        };
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var authorize =
            $"/connect/authorize?client_id=console&response_type=code&scope=openid%20profile%20offline_access"
            + $"&redirect_uri={Uri.EscapeDataString(Redirect)}&code_challenge={challenge}&code_challenge_method=S256&state=s";

        using var asked = await browser.GetAsync(authorize);
        Assert.Equal(HttpStatusCode.Found, asked.StatusCode);
        var page = await browser.GetStringAsync(asked.Headers.Location);
        using (var wrong = await Submit(browser, page, name, "sai-mat-khau-roi"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            Assert.Contains(
                "Tên đăng nhập hoặc mật khẩu không đúng.",
                HttpUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync()),
                StringComparison.Ordinal
            );
        }
        using var signedIn = await Submit(browser, page, name, Password);
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        using var back = await browser.GetAsync(signedIn.Headers.Location);
        var location = back.Headers.Location!;
        Assert.StartsWith(Redirect, location.AbsoluteUri, StringComparison.Ordinal);
        var code = HttpUtility.ParseQueryString(location.Query)["code"]!;

        await Refused(
            await Exchange(code, "a-wrong-verifier-a-wrong-verifier-a-wrong-verifier"),
            HttpStatusCode.BadRequest,
            "invalid_grant"
        );

        async Task<HttpResponseMessage> Exchange(string given, string proof) =>
            await house.Token(
                ("grant_type", "authorization_code"),
                ("client_id", "console"),
                ("code", given),
                ("redirect_uri", Redirect),
                ("code_verifier", proof)
            );

        using var again = await browser.GetAsync(authorize);
        var second = HttpUtility.ParseQueryString(again.Headers.Location!.Query)["code"]!;
        var tokens = await Ok(await Exchange(second, verifier));
        var claims = Claims(tokens.GetProperty("access_token").GetString()!);
        Assert.Equal("reviewer", claims.GetProperty("role").GetString());
        await Refused(await Exchange(second, verifier), HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task Sends_nobody_to_a_place_that_is_not_the_consoles()
    {
        using var answer = await house.Anonymous.GetAsync(
            $"/connect/authorize?client_id=console&response_type=code&scope=openid&redirect_uri={Uri.EscapeDataString("https://example.com/")}&code_challenge=x&code_challenge_method=S256"
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> Submit(HttpClient browser, string page, string name, string password)
    {
        var fields = HiddenField()
            .Matches(page)
            .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value);
        return await browser.PostAsync(
            "/account/sign-in",
            new FormUrlEncodedContent([
                .. fields.Select(f => KeyValuePair.Create(f.Key, HttpUtility.HtmlDecode(f.Value))),
                new("userName", name),
                new("password", password),
            ])
        );
    }

    private static JsonElement Claims(string token) =>
        JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));

    [GeneratedRegex(
        "<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex HiddenField();
}
