using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Accounts;

/// <summary>A registry that demands a second factor of reviewers and administrators; its first administrator has a token from before.</summary>
public sealed class StrictHouse : IAsyncLifetime
{
    public RegistryHouse House { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        House = await RegistryHouse.Create(("Identity:LockoutAttempts", "4"));
        await House.Process.Stop();
        await House.Process.Start([new("Identity:SecondFactor", "required")]);
    }

    public ValueTask DisposeAsync() => House.DisposeAsync();
}

public sealed partial class SecondFactorTests(StrictHouse strict, RegistryHouse lenient) : IClassFixture<StrictHouse>
{
    private readonly RegistryHouse house = strict.House;

    [Fact]
    public async Task A_reviewer_sets_it_up_at_the_first_sign_in_and_needs_it_from_then_on()
    {
        var (_, name) = await Person(house, "reviewer");
        using var first = new AccountVisitor(house);
        await first.SignIn(name);
        first.Sees("Bật xác thực hai lớp");
        first.Sees("<svg");
        var key = Key(first);
        Assert.True(await first.IsForgotten(), "a password alone was enough");
        await first.SignIn(name);
        key = Key(first);
        await first.Submit(("code", "000000"));
        Assert.Equal(HttpStatusCode.BadRequest, first.Status);
        first.Sees("Mã không đúng.");
        Assert.Equal(key, Key(first));
        var code = OneTimeCode.Of(key);
        await first.Submit(("code", code));
        Assert.Equal(HttpStatusCode.OK, first.Status);
        var recovery = RecoveryCodes(first);
        Assert.Equal(10, recovery.Count);
        Assert.Equal("reviewer", RoleIn(await first.Tokens()));

        using var second = new AccountVisitor(house);
        await second.SignIn(name);
        second.Sees("Mã 6 số trong ứng dụng xác thực");
        Assert.DoesNotContain(key, second.Page, StringComparison.Ordinal);
        await second.Submit(("code", code));
        Assert.Equal(HttpStatusCode.BadRequest, second.Status);
        second.Sees("đã dùng rồi");
        await second.Submit(("code", OneTimeCode.Of(key, ahead: 1)));
        Assert.Equal(HttpStatusCode.Found, second.Status);
        Assert.Equal("reviewer", RoleIn(await second.Tokens()));
    }

    [Fact]
    public async Task A_recovery_code_stands_in_once()
    {
        var (id, name) = await Person(house, "reviewer");
        var (_, recovery) = await SetUp(house, name);
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        await visitor.Submit(("code", recovery[0].ToLowerInvariant()));
        Assert.Equal(HttpStatusCode.Found, visitor.Status);

        using var again = new AccountVisitor(house);
        await again.SignIn(name);
        await again.Submit(("code", recovery[0]));
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Equal(
            9,
            await house.Database.Scalar<long>($"SELECT count(*) FROM recovery_codes WHERE account_id = '{id}'")
        );
        var used = Assert.Single(await house.Trail("recovery-code", id));
        Assert.Equal(9, used.GetProperty("after").GetProperty("left").GetInt32());
    }

    [Theory]
    [InlineData("reviewer")]
    [InlineData("admin")]
    public async Task A_password_alone_gives_who_approves_no_token(string role)
    {
        var (_, name) = await Person(house, role);
        await Refused(await house.AskToken(name, Password), HttpStatusCode.BadRequest, "unauthorized_client");
        var (_, editor) = await Person(house, "editor");
        await house.TokenOf(editor);
    }

    [Fact]
    public async Task Guessing_is_stopped()
    {
        var (id, name) = await Person(house, "reviewer");
        var (key, _) = await SetUp(house, name);
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        for (var i = 0; i < 4; i++)
        {
            await visitor.Submit(("code", "00000O"));
            visitor.Sees("Mã không đúng");
        }
        await visitor.Submit(("code", OneTimeCode.Of(key, ahead: 1)));
        Assert.Equal(HttpStatusCode.BadRequest, visitor.Status);
        visitor.Sees("Đã nhập sai quá nhiều lần");
        var refused = await house.Trail("second-factor", id);
        Assert.Equal(4, refused.Count);
        Assert.Equal("127.0.0.1", refused[0].GetProperty("client").GetProperty("address").GetString());
    }

    [Fact]
    public async Task An_administrator_resets_it_and_every_session_ends()
    {
        var (id, name) = await Person(house, "reviewer");
        var (_, recovery) = await SetUp(house, name);
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        await visitor.Submit(("code", recovery[0]));
        var tokens = await visitor.Tokens();
        Assert.False(await visitor.IsForgotten());

        var account = await Ok(await house.Admin.DeleteAsync($"/api/points/accounts/{id}/second-factor"));

        Assert.False(account.TryGetProperty("secondFactorSince", out _), account.GetRawText());
        Assert.True(await visitor.IsForgotten());
        await Refused(
            await house.Token(
                ("grant_type", "refresh_token"),
                ("client_id", "console"),
                ("refresh_token", tokens.GetProperty("refresh_token").GetString()!)
            ),
            HttpStatusCode.BadRequest,
            "invalid_grant"
        );
        Assert.Contains(
            (await Ok(await house.Anonymous.GetAsync("/connect/revocations"))).EnumerateArray(),
            r => r.GetProperty("subject").GetGuid() == id
        );
        var entry = (await house.Trail("account", id))[0];
        Assert.Equal("***", entry.GetProperty("before").GetProperty("secondFactorKey").GetString());
        await visitor.SignIn(name);
        visitor.Sees("Bật xác thực hai lớp");
    }

    [Fact]
    public async Task Nobody_resets_the_own_one()
    {
        var accounts = await Ok(await house.Admin.GetAsync("/api/points/accounts?limit=500"));
        var own = accounts
            .GetProperty("items")
            .EnumerateArray()
            .Single(a => a.GetProperty("userName").GetString() == "admin")
            .GetProperty("id");
        await Refused(
            await house.Admin.DeleteAsync($"/api/points/accounts/{own}/second-factor"),
            HttpStatusCode.Conflict,
            "own-account"
        );
    }

    [Fact]
    public async Task Its_key_is_neither_in_the_database_nor_in_the_log_nor_in_the_trail()
    {
        var (id, name) = await Person(house, "admin");
        var (key, recovery) = await SetUp(house, name);
        var kept = await house.Database.Scalar<string>(
            $"SELECT row_to_json(a)::text FROM accounts a WHERE id = '{id}'"
        );
        var codes = await house.Database.Scalar<string>(
            $"SELECT json_agg(c)::text FROM recovery_codes c WHERE account_id = '{id}'"
        );
        var trail = await house.Admin.GetStringAsync("/api/points/audit?limit=500");
        await using var log = new FileStream(
            house.Process.LogFile,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite
        );
        using var reader = new StreamReader(log);
        foreach (var text in new[] { kept, codes, trail, await reader.ReadToEndAsync() })
        {
            Assert.DoesNotContain(key, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(recovery[0], text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(
                recovery[0].Replace("-", "", StringComparison.Ordinal),
                text,
                StringComparison.OrdinalIgnoreCase
            );
        }
    }

    [Fact]
    public async Task Where_it_is_only_offered_who_takes_it_needs_it()
    {
        var (_, name) = await Person(lenient, "reviewer");
        await lenient.TokenOf(name);
        using var visitor = new AccountVisitor(lenient);
        await visitor.SignIn(name);
        Assert.Equal("reviewer", RoleIn(await visitor.Tokens()));
        await visitor.Open("/account/second-factor/set-up");
        await visitor.Submit(("code", OneTimeCode.Of(Key(visitor))));
        Assert.Equal(10, RecoveryCodes(visitor).Count);
        await Refused(await lenient.AskToken(name, Password), HttpStatusCode.BadRequest, "unauthorized_client");
        await visitor.Open("/account/second-factor/set-up");
        visitor.Sees("đã bật xác thực hai lớp");
    }

    [Fact]
    public async Task An_editor_who_becomes_a_reviewer_signs_in_again()
    {
        var (id, name) = await Person(house, "editor");
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn(name);
        Assert.Equal(HttpStatusCode.Found, visitor.Status);
        var tokens = await visitor.Tokens();
        await Ok(
            await house.Admin.PutAsJsonAsync(
                $"/api/points/accounts/{id}",
                new { name = "Tài khoản mẫu", roles = new[] { "reviewer" } }
            )
        );
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
    }

    private static async Task<(Guid Id, string Name)> Person(RegistryHouse at, string role)
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        return ((await Created(at.Admin, name, role)).GetProperty("id").GetGuid(), name);
    }

    private static async Task<(string Key, IReadOnlyList<string> Recovery)> SetUp(RegistryHouse at, string name)
    {
        using var visitor = new AccountVisitor(at);
        await visitor.SignIn(name);
        var key = Key(visitor);
        await visitor.Submit(("code", OneTimeCode.Of(key)));
        return (key, RecoveryCodes(visitor));
    }

    private static string Key(AccountVisitor visitor) => visitor.SecondFactorKey;

    private static List<string> RecoveryCodes(AccountVisitor visitor) =>
        [.. RecoveryCodeText().Matches(visitor.Page).Select(m => m.Groups["code"].Value)];

    private static string RoleIn(global::System.Text.Json.JsonElement tokens) =>
        ClaimsOf(tokens.GetProperty("access_token").GetString()!).GetProperty("role").GetString()!;

    [GeneratedRegex("<li><code>(?<code>[0-9A-Z-]{14})</code></li>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RecoveryCodeText();
}
