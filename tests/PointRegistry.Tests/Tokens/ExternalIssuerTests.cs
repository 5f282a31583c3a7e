using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Tokens;

/// <summary>A platform, and another token service whose people work there; it calls roles what it likes.</summary>
public sealed class TwoIssuers : IAsyncLifetime
{
    public const string Unit = "03478";

    public RegistryHouse Elsewhere { get; private set; } = null!;
    public RegistryHouse House { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Elsewhere = await Create(
            (
                "ConnectionStrings:Points",
                $"Data Source={Path.Combine(Repository.Results, $"points-{Guid.CreateVersion7():N}.db")}"
            ),
            ("ConnectionStrings:RabbitMq", ""),
            ("Identity:KeyRestMinutes", "0")
        );
        House = await Create(
            ("Auth:External:Issuer", Elsewhere.Process.Address.ToString()),
            ("Auth:External:Audience", "laichau"),
            ("Auth:External:RoleClaim", "role"),
            ("Auth:External:Map:0:Value", "editor"),
            ("Auth:External:Map:0:Role", "ops"),
            ("Auth:External:Map:1:Value", "reviewer"),
            ("Auth:External:Map:1:Role", "commune"),
            ("Auth:External:Map:1:Place", $"unit:{Unit}")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await House.DisposeAsync();
        await Elsewhere.DisposeAsync();
    }
}

public sealed class ExternalIssuerTests(TwoIssuers issuers) : IClassFixture<TwoIssuers>, IAsyncDisposable
{
    private const string Unit = TwoIssuers.Unit;
    private readonly RegistryHouse elsewhere = issuers.Elsewhere;
    private readonly RegistryHouse house = issuers.House;
    private readonly Dictionary<RegistryHouse, KeyValuePair<string, string?>> changed = [];

    /// <summary>What a trial changed is put back.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (its, setting) in changed)
        {
            await its.Process.Kill();
            await its.Process.Start([setting]);
        }
    }

    [Fact]
    public async Task Its_people_have_the_roles_and_the_places_that_the_map_gives_and_no_others()
    {
        var own = await house.Planned("Điểm mẫu của xã", Unit);
        await house.Planned("Điểm mẫu của xã khác", "03405");

        var name = $"mau-{Guid.CreateVersion7():N}";
        var theirs = (await Created(elsewhere.Admin, name, "editor")).GetProperty("id").GetGuid();
        using var ops = house.Process.ClientWith(await elsewhere.TokenOf(name));
        await Ok(await ops.PostAsync($"/api/points/{own}/enrolment-codes", null), HttpStatusCode.Created);
        await Refused(await ops.GetAsync("/api/points/accounts"), HttpStatusCode.Forbidden, "forbidden");
        var actor = Assert.Single(await TrailOfCodes(own)).GetProperty("actor");
        Assert.Equal(["ops"], actor.GetProperty("roles").EnumerateArray().Select(r => r.GetString()));
        Assert.NotEqual(theirs.ToString(), actor.GetProperty("id").GetString());
        using var again = house.Process.ClientWith(await elsewhere.TokenOf(name));
        await Ok(await again.PostAsync($"/api/points/{own}/enrolment-codes", null), HttpStatusCode.Created);
        Assert.Single(
            (await TrailOfCodes(own)).Select(e => e.GetProperty("actor").GetProperty("id").GetString()).Distinct()
        );

        using var commune = await Client("reviewer");
        var seen = (await Ok(await commune.GetAsync("/api/points"))).GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(own, seen.Select(p => p.GetProperty("id").GetGuid()));
        Assert.All(seen, p => Assert.Equal(Unit, p.GetProperty("unitCode").GetString()));

        // A role of theirs that is called like one of ours is none.
        foreach (var role in new[] { "admin", "ops" })
        {
            using var stranger = await Client(role);
            await Refused(await stranger.GetAsync("/api/points"), HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Fact]
    public async Task Who_has_no_account_here_is_told_so_where_one_is_needed()
    {
        using var ops = await Client("editor");
        await Refused(
            await ops.PostAsJsonAsync(
                "/api/points/accounts/me/password",
                new { oldPassword = Password, newPassword = "mot-mat-khau-khac-4821" }
            ),
            HttpStatusCode.NotFound,
            "account-not-found"
        );
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Refused(
            await ops.PostAsJsonAsync(
                "/api/points/accounts/me/keys",
                new { name = "Máy mẫu", publicKey = key.ExportSubjectPublicKeyInfoPem() }
            ),
            HttpStatusCode.NotFound,
            "account-not-found"
        );
    }

    [Fact]
    public async Task Points_and_accounts_of_the_platform_go_on_with_its_own_tokens()
    {
        var (_, machine) = await house.Enrolled();
        await Ok(await house.Assert(machine, machine.Assertion(house.Audience)));
        await Ok(await house.Admin.GetAsync("/api/points/accounts"));
    }

    [Fact]
    public async Task Its_keys_do_not_vouch_for_tokens_that_name_the_platform()
    {
        await With(elsewhere, "Identity:Issuer", house.Process.Address.ToString());
        await Unknown(await elsewhere.TokenOf("admin"));
    }

    [Fact]
    public async Task A_token_of_a_third_issuer_or_for_another_audience_is_none()
    {
        var token = await Token("editor");
        using (var ops = house.Process.ClientWith(token))
        {
            await Ok(await ops.GetAsync("/api/points"));
        }
        await With(house, "Auth:External:Audience", "mot-he-thong-khac");
        await Unknown(token);
        await With(elsewhere, "Identity:Issuer", "http://127.0.0.1:9/");
        await Unknown(await Token("editor"));
    }

    [Fact]
    public async Task A_token_that_has_run_out_is_none()
    {
        await With(elsewhere, "Identity:AccessTokenMinutes", "0.05");
        using var ops = house.Process.ClientWith(await Token("editor"));
        await Ok(await ops.GetAsync("/api/points"));
        // Clocks may be apart by half a minute.
        await Eventually.Holds(
            async () =>
            {
                using var answer = await ops.GetAsync("/api/points");
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            },
            TimeSpan.FromMinutes(1)
        );
    }

    [Fact]
    public async Task A_key_that_the_issuer_changes_to_is_known_soon_without_a_restart()
    {
        using (var before = await Client("editor"))
        {
            await Ok(await before.GetAsync("/api/points"));
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var old = await elsewhere.Anonymous.GetStringAsync("/.well-known/jwks");
        await File.WriteAllTextAsync(
            Path.Combine(elsewhere.KeysFolder, "signing-2027-01.pem"),
            key.ExportPkcs8PrivateKeyPem()
        );
        await Eventually.Holds(
            async () => await elsewhere.Anonymous.GetStringAsync("/.well-known/jwks") != old,
            TimeSpan.FromMinutes(1)
        );
        using var after = await Client("editor");
        await Eventually.Passes(async () => await Ok(await after.GetAsync("/api/points")));
    }

    [Fact]
    public async Task An_issuer_that_is_away_at_the_start_holds_up_its_own_people_alone()
    {
        var token = await Token("editor");
        await elsewhere.Process.Stop();
        await house.Process.Stop();
        await house.Process.Start();
        using var admin = house.Process.ClientWith(await house.TokenOf("admin"));
        await Ok(await admin.GetAsync("/api/points/accounts"));
        await Unknown(token);
        await Ok(await admin.GetAsync("/api/points/accounts"));
        await elsewhere.Process.Start();
        using var ops = house.Process.ClientWith(token);
        await Eventually.Passes(async () => await Ok(await ops.GetAsync("/api/points")));
    }

    [Theory]
    [InlineData("Auth:External:Map:1:Place", "03478")]
    [InlineData("Auth:External:Map:0:Role", "point")]
    [InlineData("Auth:External:Map:0:Place", "unit:03478")]
    [InlineData("Auth:External:Audience", "")]
    public async Task A_map_that_makes_no_sense_is_said_at_the_start(string setting, string value)
    {
        var before = (await File.ReadAllTextAsync(house.Process.LogFile)).Length;
        await Assert.ThrowsAnyAsync<Exception>(() => With(house, setting, value));
        var said = (await File.ReadAllTextAsync(house.Process.LogFile))[before..];
        Assert.Contains("Auth:External", said, StringComparison.Ordinal);
    }

    /// <summary>Starts one of the two again with another setting, until the end of the trial.</summary>
    private async Task With(RegistryHouse its, string setting, string value)
    {
        changed[its] = new(setting, its.Settings.GetValueOrDefault(setting));
        await its.Process.Stop();
        await its.Process.Start([new(setting, value)]);
    }

    private async Task Unknown(string token)
    {
        using var client = house.Process.ClientWith(token);
        await Refused(await client.GetAsync("/api/points"), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    private async Task<string> Token(string role)
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        await Created(elsewhere.Admin, name, role);
        return await elsewhere.TokenOf(name);
    }

    private async Task<HttpClient> Client(string role) => house.Process.ClientWith(await Token(role));

    private async Task<List<JsonElement>> TrailOfCodes(Guid point)
    {
        var page = await Ok(await house.Admin.GetAsync("/api/points/audit?entity=enrolment-code"));
        return
        [
            .. page.GetProperty("items")
                .EnumerateArray()
                .Select(i => i.GetProperty("entry"))
                .Where(e => e.GetRawText().Contains(point.ToString(), StringComparison.Ordinal)),
        ];
    }
}
