using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Accounts;

public sealed class PasswordTests(RegistryHouse house)
{
    private const string Another = "mot-mat-khau-khac-9173";

    [Fact]
    public async Task An_administrators_code_makes_a_new_password_once_and_ends_every_session()
    {
        var (id, name) = await Person();
        using var before = new AccountVisitor(house);
        await before.SignIn(name);
        var tokens = await before.Tokens();
        var reset = await Ok(await Issue(id), HttpStatusCode.Created);
        var code = reset.GetProperty("code").GetString()!;
        Assert.DoesNotContain(code, reset.GetProperty("page").GetString()!, StringComparison.Ordinal);

        using var visitor = new AccountVisitor(house);
        await Use(visitor, code, Another);
        visitor.Sees("Đã đổi mật khẩu");

        await house.TokenOf(name, Another);
        await Refused(await house.AskToken(name, Password), HttpStatusCode.Unauthorized, "invalid_client");
        Assert.True(await before.IsForgotten());
        await Refused(await Refresh(tokens), HttpStatusCode.BadRequest, "invalid_grant");
        Assert.True(await IsRevoked(id));

        await Use(visitor, code, "mot-mat-khau-khac-nua-1");
        Assert.Equal(HttpStatusCode.BadRequest, visitor.Status);
        visitor.Sees("đã dùng");
        var trail = await house.Trail("password-reset", id);
        Assert.Equal("refused", Assert.Single(trail).GetProperty("action").GetString());
        var changed = (await house.Trail("account", id))[0];
        Assert.Equal("***", changed.GetProperty("after").GetProperty("passwordHash").GetString());
    }

    [Fact]
    public async Task A_newer_code_replaces_the_older_and_an_old_one_expires()
    {
        var (id, name) = await Person();
        var older = (await Ok(await Issue(id), HttpStatusCode.Created)).GetProperty("code").GetString()!;
        var newer = (await Ok(await Issue(id), HttpStatusCode.Created)).GetProperty("code").GetString()!;
        using var visitor = new AccountVisitor(house);
        await Use(visitor, older, Another);
        Assert.Equal(HttpStatusCode.BadRequest, visitor.Status);
        await house.Database.Execute(
            $"UPDATE password_resets SET expires_at = now() - interval '1 second' WHERE account_id = '{id}'"
        );
        await Use(visitor, newer, Another);
        Assert.Equal(HttpStatusCode.BadRequest, visitor.Status);
        await house.TokenOf(name);
    }

    [Fact]
    public async Task A_weak_or_mistyped_password_does_not_spend_the_code()
    {
        var (id, name) = await Person();
        var code = (await Ok(await Issue(id), HttpStatusCode.Created)).GetProperty("code").GetString()!;
        using var visitor = new AccountVisitor(house);
        await Use(visitor, code, "ngan");
        visitor.Sees("ít nhất 10 ký tự");
        await Use(visitor, code, Another, again: "khac");
        visitor.Sees("không giống nhau");
        await Use(visitor, code, Another);
        await house.TokenOf(name, Another);
    }

    [Fact]
    public async Task Of_two_who_use_a_code_at_once_one_does()
    {
        var (id, _) = await Person();
        var code = (await Ok(await Issue(id), HttpStatusCode.Created)).GetProperty("code").GetString()!;
        var visitors = Enumerable.Range(0, 6).Select(_ => new AccountVisitor(house)).ToList();
        await Task.WhenAll(visitors.Select(v => v.Open("/account/reset")));
        await Task.WhenAll(
            visitors.Select(
                (v, n) => v.Submit(("code", code), ("password", $"{Another}-{n}"), ("again", $"{Another}-{n}"))
            )
        );
        Assert.Equal(1, visitors.Count(v => v.Status == HttpStatusCode.OK));
        visitors.ForEach(v => v.Dispose());
    }

    [Fact]
    public async Task Guessing_codes_is_stopped()
    {
        await using var strict = await Create(("Enrolment:AttemptsPerSource", "2"));
        using var visitor = new AccountVisitor(strict);
        for (var i = 0; i < 2; i++)
        {
            await Use(visitor, "0000-0000-0000", Another);
            visitor.Sees("Mã không đúng");
        }
        await Use(visitor, "0000-0000-0000", Another);
        visitor.Sees("quá nhiều lần nhập sai");
    }

    [Fact]
    public async Task Somebody_changes_the_own_password_with_the_old_one()
    {
        var (id, name) = await Person();
        using var client = house.Process.ClientWith(await house.TokenOf(name));
        await Refused(
            await Change(client, "sai-mat-khau-roi", Another),
            HttpStatusCode.UnprocessableEntity,
            "password-wrong"
        );
        await Refused(await Change(client, Password, "ngan"), HttpStatusCode.UnprocessableEntity, "password-too-weak");
        using (var changed = await Change(client, Password, Another))
        {
            Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        }
        await Refused(await house.AskToken(name, Password), HttpStatusCode.Unauthorized, "invalid_client");
        await house.TokenOf(name, Another);
        Assert.True(await IsRevoked(id));
        Assert.Equal(
            id.ToString(),
            (await house.Trail("account", id))[0].GetProperty("actor").GetProperty("id").GetString()
        );
    }

    [Fact]
    public async Task Somebody_changes_the_own_password_on_the_page()
    {
        var (_, name) = await Person();
        using var visitor = new AccountVisitor(house);
        await visitor.Open("/account/password");
        Assert.Equal(HttpStatusCode.Found, visitor.Status);
        await visitor.SignIn(name);
        await visitor.Open("/account/password");
        await visitor.Submit(("old", Password), ("password", Another), ("again", Another));
        visitor.Sees("Đã đổi mật khẩu");
        Assert.True(await visitor.IsForgotten());
        await house.TokenOf(name, Another);
    }

    [Fact]
    public async Task The_command_line_changes_the_own_password_and_remembers_it()
    {
        const string fresh = "mot-mat-khau-moi-5932";
        var name = $"mau-{Guid.CreateVersion7():N}";
        await Created(house.Admin, name, "editor");
        var folder = Directory.CreateTempSubdirectory("laichau-lcp-");
        string[] login = ["login", "--server", house.Process.Address.AbsoluteUri, "--user", name, "--password-stdin"];
        Assert.Equal(0, (await Lcp([Password], login)).ExitCode);
        var wrong = await Lcp(["khong-phai-mat-khau", fresh], "password", "change", "--password-stdin");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("password-wrong", wrong.Errors, StringComparison.Ordinal);
        var changed = await Lcp([Password, fresh], "password", "change", "--password-stdin");
        Assert.True(changed.ExitCode == 0, changed.Errors);
        await house.TokenOf(name, fresh);
        var goesOn = await Lcp([], "account", "keys");
        Assert.True(goesOn.ExitCode == 0, goesOn.Errors);
        folder.Delete(recursive: true);

        Task<ProgramRun> Lcp(string[] typed, params string[] arguments) =>
            ProgramRun.OfCommand(
                [
                    "bash",
                    "-c",
                    "printf '%s\n' $TYPED | dotnet exec \"$0\" \"$@\"",
                    Repository.Program("services/Cli"),
                    .. arguments,
                ],
                new Dictionary<string, string?>
                {
                    ["TYPED"] = string.Join(' ', typed),
                    ["XDG_CONFIG_HOME"] = folder.FullName,
                }
            );
    }

    private async Task<(Guid Id, string Name)> Person()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        return ((await Created(house.Admin, name, "editor")).GetProperty("id").GetGuid(), name);
    }

    private Task<HttpResponseMessage> Issue(Guid account) =>
        house.Admin.PostAsync($"/api/points/accounts/{account}/password-resets", null);

    private static async Task Use(AccountVisitor visitor, string code, string password, string? again = null)
    {
        await visitor.Open("/account/reset");
        await visitor.Submit(("code", code), ("password", password), ("again", again ?? password));
    }

    private static Task<HttpResponseMessage> Change(HttpClient client, string old, string fresh) =>
        client.PostAsJsonAsync("/api/points/accounts/me/password", new { oldPassword = old, newPassword = fresh });

    private Task<HttpResponseMessage> Refresh(JsonElement tokens) =>
        house.Token(
            ("grant_type", "refresh_token"),
            ("client_id", "console"),
            ("refresh_token", tokens.GetProperty("refresh_token").GetString()!)
        );

    private async Task<bool> IsRevoked(Guid account) =>
        (await Ok(await house.Anonymous.GetAsync("/connect/revocations")))
            .EnumerateArray()
            .Any(r => r.GetProperty("subject").GetGuid() == account);
}
