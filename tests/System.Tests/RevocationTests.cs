using System.Net;
using System.Net.Http.Json;
using LaiChau.Cli.Api;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.System.Tests;

/// <summary>A token says what was true when it was issued; the gateway knows when it is true no more.</summary>
public sealed class RevocationTests(Platform platform)
{
    [Fact]
    public async Task Who_is_locked_out_is_out_at_once_though_the_token_has_minutes_left()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        var account = await platform.Admin.AddAccount(
            new NewAccount(name, "Tài khoản mẫu", ["editor"], Platform.Password)
        );
        using var client = await platform.ClientOf(name);
        Assert.Equal(HttpStatusCode.OK, await Ask(client));
        await Post($"api/points/accounts/{account.Id}/disable");
        await Eventually.Holds(async () => await Ask(client) == HttpStatusCode.Unauthorized);

        // Let in again, with a token of now; the old one stays void.
        await Post($"api/points/accounts/{account.Id}/enable");
        await Eventually.Holds(async () =>
        {
            using var fresh = await platform.ClientOf(name);
            return await Ask(fresh) == HttpStatusCode.OK;
        });
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(client));
    }

    [Fact]
    public async Task Who_lost_a_role_has_lost_it_in_the_token_too()
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        var account = await platform.Admin.AddAccount(
            new NewAccount(name, "Tài khoản mẫu", ["ops"], Platform.Password)
        );
        using var client = await platform.ClientOf(name);
        using (var admin = await platform.ClientOf("admin"))
        {
            using var changed = await admin.PutAsJsonAsync(
                new Uri($"api/points/accounts/{account.Id}", UriKind.Relative),
                new { name = "Tài khoản mẫu", roles = new[] { "editor" } }
            );
            changed.EnsureSuccessStatusCode();
        }
        await Eventually.Holds(async () => await Ask(client) == HttpStatusCode.Unauthorized);
    }

    private static async Task<HttpStatusCode> Ask(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("api/points/units?limit=1", UriKind.Relative));
        return answer.StatusCode;
    }

    private async Task Post(string path)
    {
        using var admin = await platform.ClientOf("admin");
        using var answer = await admin.PostAsync(new Uri(path, UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }
}
