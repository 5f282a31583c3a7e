using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Cli.Sessions;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Accounts;

public sealed class AccountKeyTests(StrictHouse strict) : IClassFixture<StrictHouse>, IDisposable
{
    private readonly RegistryHouse house = strict.House;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laichau-lcp-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_reviewer_gets_a_token_by_a_key_where_a_password_is_not_enough()
    {
        var (id, name) = await Person("reviewer");
        using var key = AccountKey.Generate();
        await Refused(await house.AskToken(name, Password), HttpStatusCode.BadRequest, "unauthorized_client");
        await Ok(await Register(id, key), HttpStatusCode.Created);

        var answer = await Ok(await Ask(name, Assertion(name, key)));

        var claims = ClaimsOf(answer.GetProperty("access_token").GetString()!);
        Assert.Equal(id.ToString(), claims.GetProperty("sub").GetString());
        Assert.Equal("reviewer", claims.GetProperty("role").GetString());
    }

    [Fact]
    public async Task Who_signs_in_with_a_second_factor_registers_the_first_key_on_a_page_and_revokes_it_there()
    {
        var (id, name) = await Person("reviewer");
        using var visitor = new AccountVisitor(house);
        await visitor.Open("/account/keys");
        Assert.Equal(HttpStatusCode.Found, visitor.Status);
        await visitor.SignIn(name);
        await visitor.Submit(("code", OneTimeCode.Of(visitor.SecondFactorKey)));
        using var key = AccountKey.Generate();
        await visitor.Open("/account/keys");
        await visitor.Submit(("name", "Máy mẫu"), ("publicKey", "khóa hỏng"));
        visitor.Sees("không phải khóa công khai");
        await visitor.Open("/account/keys");
        await visitor.Submit(("name", "Máy mẫu"), ("publicKey", key.PublicPem));
        Assert.Equal(HttpStatusCode.Found, visitor.Status);
        await Ok(await Ask(name, Assertion(name, key)));
        await visitor.Open("/account/keys");
        visitor.Sees(key.Thumbprint);
        await visitor.Submit();
        await Refused(await Ask(name, Assertion(name, key)), HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task An_assertion_is_taken_once()
    {
        var (id, name) = await Person("editor");
        using var key = AccountKey.Generate();
        await Ok(await Register(id, key), HttpStatusCode.Created);
        var assertion = Assertion(name, key);
        await Ok(await Ask(name, assertion));
        await Refused(await Ask(name, assertion), HttpStatusCode.Unauthorized, "invalid_client");
        var refused = (await house.Trail("token", id))[0];
        Assert.Equal("The assertion was used before.", refused.GetProperty("after").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_revoked_key_gets_nothing_and_what_it_got_is_void()
    {
        var (id, name) = await Person("ops");
        using AccountKey kept = AccountKey.Generate(),
            lost = AccountKey.Generate();
        await Ok(await Register(id, kept), HttpStatusCode.Created);
        var registered = await Ok(await Register(id, lost), HttpStatusCode.Created);
        await Ok(await Ask(name, Assertion(name, lost)));

        var revoked = await Ok(
            await house.Admin.PostAsync($"/api/points/accounts/{id}/keys/{registered.GetProperty("id")}/revoke", null)
        );

        Assert.True(revoked.TryGetProperty("revokedAt", out _));
        await Refused(await Ask(name, Assertion(name, lost)), HttpStatusCode.Unauthorized, "invalid_client");
        await Ok(await Ask(name, Assertion(name, kept)));
        Assert.Contains(
            (await Ok(await house.Anonymous.GetAsync("/connect/revocations"))).EnumerateArray(),
            r => r.GetProperty("subject").GetGuid() == id
        );
        await Refused(await Register(id, lost), HttpStatusCode.Conflict, "public-key-in-use");
        var list = await Ok(await house.Admin.GetAsync($"/api/points/accounts/{id}/keys"));
        Assert.Equal(2, list.GetProperty("items").GetArrayLength());
        var trail = await house.Trail("account-key", registered.GetProperty("id").GetGuid());
        Assert.Equal(["changed", "created"], trail.Select(e => e.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_disabled_account_gets_nothing_by_its_key()
    {
        var (id, name) = await Person("editor");
        using var key = AccountKey.Generate();
        await Ok(await Register(id, key), HttpStatusCode.Created);
        await Ok(await house.Admin.PostAsync($"/api/points/accounts/{id}/disable", null));
        await Refused(await Ask(name, Assertion(name, key)), HttpStatusCode.BadRequest, "unauthorized_client");
    }

    [Fact]
    public async Task A_key_speaks_for_its_own_account_alone()
    {
        var (id, _) = await Person("editor");
        var (_, other) = await Person("editor");
        using var key = AccountKey.Generate();
        await Ok(await Register(id, key), HttpStatusCode.Created);
        await Refused(await Ask(other, Assertion(other, key)), HttpStatusCode.Unauthorized, "invalid_client");
        await Refused(
            await Ask("khong-co-ai", Assertion("khong-co-ai", key)),
            HttpStatusCode.Unauthorized,
            "invalid_client"
        );
    }

    [Fact]
    public async Task Refuses_what_is_no_public_key_on_P256()
    {
        var (id, _) = await Person("editor");
        using var rsa = global::System.Security.Cryptography.RSA.Create(2048);
        using var p256 = global::System.Security.Cryptography.ECDsa.Create(
            global::System.Security.Cryptography.ECCurve.NamedCurves.nistP256
        );
        foreach (var pem in new[] { rsa.ExportSubjectPublicKeyInfoPem(), p256.ExportPkcs8PrivateKeyPem(), "khóa" })
        {
            await Refused(
                await house.Admin.PostAsJsonAsync(
                    $"/api/points/accounts/{id}/keys",
                    new { name = "Mẫu", publicKey = pem }
                ),
                HttpStatusCode.UnprocessableEntity,
                "public-key-invalid"
            );
        }
    }

    [Fact]
    public async Task Nobody_but_an_administrator_touches_the_keys_of_another()
    {
        var (id, _) = await Person("editor");
        using var key = AccountKey.Generate();
        var registered = await Ok(await Register(id, key), HttpStatusCode.Created);
        await Refused(
            await house.Editor.GetAsync($"/api/points/accounts/{id}/keys"),
            HttpStatusCode.Forbidden,
            "forbidden"
        );
        await Refused(
            await house.Editor.PostAsync($"/api/points/accounts/me/keys/{registered.GetProperty("id")}/revoke", null),
            HttpStatusCode.NotFound,
            "account-key-not-found"
        );
    }

    [Fact]
    public async Task The_command_line_makes_a_key_its_owner_registers_it_and_signs_in_with_it()
    {
        var (_, name) = await Person("editor");
        var file = Path.Combine(folder.FullName, "khoa.pem");
        var made = await Lcp(name, [], "keys", "account", "--out", file);
        Assert.True(made.ExitCode == 0, made.Errors);
        Assert.Equal(1, (await Lcp(name, [], "keys", "account", "--out", file)).ExitCode);
        var refused = await Lcp(name, [("LCP_PASSWORD", Password)], "account", "add-key", file, "--name", "Máy mẫu");
        Assert.Contains("khóa riêng", refused.Errors, StringComparison.Ordinal);
        var added = await Lcp(
            name,
            [("LCP_PASSWORD", Password)],
            "account",
            "add-key",
            $"{file}.pub",
            "--name",
            "Máy mẫu"
        );
        Assert.True(added.ExitCode == 0, added.Errors);

        var list = await Lcp(name, [("LCP_KEY_FILE", file)], "account", "keys", "--json");

        Assert.True(list.ExitCode == 0, list.Errors);
        var key = JsonElement.Parse(list.Output).GetProperty("items")[0];
        Assert.Equal("Máy mẫu", key.GetProperty("name").GetString());
        Assert.Contains(key.GetProperty("thumbprint").GetString()!, made.Output, StringComparison.Ordinal);
        var login = await Lcp(
            name,
            [],
            "login",
            "--server",
            house.Process.Address.AbsoluteUri,
            "--user",
            name,
            "--key-file",
            file
        );
        Assert.True(login.ExitCode == 0, login.Errors);
        var revoked = await Lcp(name, [], "account", "revoke-key", key.GetProperty("id").GetString()!);
        Assert.True(revoked.ExitCode == 0, revoked.Errors);
        Assert.Equal(1, (await Lcp(name, [], "account", "keys")).ExitCode);
    }

    private async Task<(Guid Id, string Name)> Person(string role)
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        return ((await Created(house.Admin, name, role)).GetProperty("id").GetGuid(), name);
    }

    private Task<HttpResponseMessage> Register(Guid account, AccountKey key) =>
        house.Admin.PostAsJsonAsync(
            $"/api/points/accounts/{account}/keys",
            new { name = "Khóa mẫu", publicKey = key.PublicPem }
        );

    private string Assertion(string name, AccountKey key) =>
        key.Assertion(name, new Uri(house.Audience), TimeProvider.System.GetUtcNow());

    private Task<HttpResponseMessage> Ask(string name, string assertion) =>
        house.Token(
            ("grant_type", "client_credentials"),
            ("client_id", name),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion)
        );

    private Task<ProgramRun> Lcp(string user, (string Name, string Value)[] more, params string[] arguments)
    {
        var settings = new Dictionary<string, string?>
        {
            ["LCP_SERVER"] = house.Process.Address.AbsoluteUri,
            ["LCP_USER"] = user,
            ["XDG_CONFIG_HOME"] = folder.FullName,
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }
        return ProgramRun.Of("services/Cli", arguments, settings);
    }
}
