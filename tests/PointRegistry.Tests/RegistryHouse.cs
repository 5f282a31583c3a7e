using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.PointRegistry.Tests;
using LaiChau.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(RegistryHouse))]

namespace LaiChau.PointRegistry.Tests;

/// <summary>The registry as a process on real servers; tokens are its own.</summary>
public sealed class RegistryHouse : IAsyncLifetime
{
    public const string Password = "mot-mat-khau-mau-4821";
    public const string Redirect = "http://127.0.0.1:9/console/signin-oidc";
    private readonly Dictionary<string, string?> settings = [];
    private readonly string keys = Path.Combine(Repository.Results, $"keys-{Guid.CreateVersion7():N}");

    public PostgresDatabase Database { get; private set; } = null!;
    public RabbitMqHost Broker { get; private set; } = null!;
    public ServiceProcess Process { get; private set; } = null!;
    public HttpClient Admin { get; private set; } = null!;
    public HttpClient Ops { get; private set; } = null!;
    public HttpClient Editor { get; private set; } = null!;

    public ValueTask InitializeAsync() => new(Start([]));

    /// <summary>A house of a test's own, with settings of its own; on SQLite without a broker if it says so.</summary>
    public static async Task<RegistryHouse> Create(params (string Name, string Value)[] more)
    {
        var house = new RegistryHouse();
        await house.Start(more);
        return house;
    }

    /// <summary>As a single office runs it: SQLite, and nobody to tell.</summary>
    public static Task<RegistryHouse> OnSqlite()
    {
        var file = Path.Combine(Repository.Results, $"points-{Guid.CreateVersion7():N}.db");
        return Create(("ConnectionStrings:Points", $"Data Source={file}"), ("ConnectionStrings:RabbitMq", ""));
    }

    public string KeysFolder => keys;

    /// <summary>Those it was started with.</summary>
    public IReadOnlyDictionary<string, string?> Settings => settings;

    /// <summary>A second process beside the first, with the same settings.</summary>
    public Task<ServiceProcess> Replica() =>
        ServiceProcess.Start(
            "services/PointRegistry",
            settings.Select(s =>
                KeyValuePair.Create(
                    s.Key,
                    s.Value?.Replace("{url}", Process.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
                )
            )
        );

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    public HttpClient Anonymous => Process.Client;

    public async Task<HttpClient> Account(params string[] roles)
    {
        var name = $"mau-{Guid.CreateVersion7():N}";
        await Created(Admin, name, roles);
        return Process.ClientWith(await TokenOf(name));
    }

    /// <summary>Somebody with a role in a commune or at a point.</summary>
    public async Task<HttpClient> Somebody(string role, string? unitCode = null, Guid? pointId = null)
    {
        var userName = $"mau-{Guid.CreateVersion7():N}";
        await Ok(
            await Admin.PostAsJsonAsync(
                "/api/points/accounts",
                new
                {
                    userName,
                    name = "Người mẫu",
                    roles = new[] { role },
                    password = Password,
                    unitCode,
                    pointId,
                }
            ),
            HttpStatusCode.Created
        );
        return Process.ClientWith(await TokenOf(userName));
    }

    public static async Task<JsonElement> Created(HttpClient admin, string userName, params string[] roles) =>
        await Ok(
            await admin.PostAsJsonAsync(
                "/api/points/accounts",
                new
                {
                    userName,
                    name = "Tài khoản mẫu",
                    roles,
                    password = Password,
                }
            ),
            HttpStatusCode.Created
        );

    public async Task<string> TokenOf(string userName, string password = Password)
    {
        var answer = await Ok(await AskToken(userName, password));
        return answer.GetProperty("access_token").GetString()!;
    }

    public Task<HttpResponseMessage> AskToken(string userName, string password) =>
        Token(("grant_type", "client_credentials"), ("client_id", userName), ("client_secret", password));

    public Task<HttpResponseMessage> Token(params (string Name, string Value)[] form) =>
        Anonymous.PostAsync(
            "/connect/token",
            new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)))
        );

    public async Task<Guid> Planned(string name = "Điểm mẫu", string unit = "03478") =>
        (await Ok(await Plan(name, unit), HttpStatusCode.Created)).GetProperty("id").GetGuid();

    public Task<HttpResponseMessage> Plan(string name, string unit, params string[] languages) =>
        Ops.PostAsJsonAsync(
            "/api/points",
            new
            {
                name,
                unitCode = unit,
                languages = languages is [] ? ["vi"] : languages,
            }
        );

    public async Task<string> Code(Guid point) =>
        (await Ok(await Ops.PostAsync($"/api/points/{point}/enrolment-codes", null), HttpStatusCode.Created))
            .GetProperty("code")
            .GetString()!;

    public Task<HttpResponseMessage> Enrol(string code, PointMachine machine) =>
        Anonymous.PostAsJsonAsync("/api/points/enrol", new { code, publicKey = machine.PublicKey });

    public async Task<(Guid Point, PointMachine Machine)> Enrolled()
    {
        var point = await Planned();
        var machine = new PointMachine(point);
        await Ok(await Enrol(await Code(point), machine));
        return (point, machine);
    }

    public Task<HttpResponseMessage> Assert(PointMachine machine, string assertion) =>
        Token(
            ("grant_type", "client_credentials"),
            ("client_id", machine.Point.ToString()),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion)
        );

    public string Audience => new Uri(Process.Address, "/connect/token").AbsoluteUri;

    public static async Task<JsonElement> Ok(HttpResponseMessage answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Xunit.Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {body}");
            return JsonElement.Parse(body);
        }
    }

    /// <summary>What the audit trail says of one thing, newest first.</summary>
    public async Task<List<JsonElement>> Trail(string entity, Guid id)
    {
        var page = await Ok(await Admin.GetAsync($"/api/points/audit?entity={entity}&entityId={id}&limit=500"));
        return [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("entry"))];
    }

    public static JsonElement ClaimsOf(string token) =>
        JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));

    /// <summary>A refusal with its stable code (problem+json) or its OAuth error.</summary>
    public static async Task Refused(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Xunit.Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode}: {body}");
            var problem = JsonElement.Parse(body);
            var said = problem.TryGetProperty("error", out var error) ? error : problem.GetProperty("code");
            Xunit.Assert.Equal(code, said.GetString());
        }
    }

    private async Task Start((string Name, string Value)[] more)
    {
        Database = await PostgresDatabase.Create();
        Broker = await RabbitMqHost.Create();
        foreach (var message in new[] { "point-enrolled", "point-profile-changed", "point-suspended" })
        {
            await Broker.Listen(message, $"laichau.points.{message}.v1");
        }
        await Broker.Listen("person-erased", "laichau.points.person-erased.v1");
        await Broker.Listen("audit-head-moved", "laichau.audit.head-moved.v1");
        foreach (
            var (name, value) in new Dictionary<string, string?>
            {
                ["ConnectionStrings:Points"] = Database.ConnectionString,
                ["ConnectionStrings:RabbitMq"] = Broker.Uri.ToString(),
                ["Database:MigrateOnStart"] = "true",
                ["DataProtection:KeysFolder"] = Path.Combine(keys, "pages"),
                ["Auth:Issuer"] = "{url}/",
                ["Auth:KeysAddress"] = "{url}/.well-known/jwks",
                ["Identity:SigningKeyFile"] = Path.Combine(keys, "signing.pem"),
                ["Identity:CreateKeyIfMissing"] = "true",
                ["Identity:Bootstrap:UserName"] = "admin",
                ["Identity:Bootstrap:Password"] = Password,
                ["Identity:ConsoleRedirectUris:0"] = Redirect,
                // The house's own clients outlast all trials on a slow machine.
                ["Identity:AccessTokenMinutes"] = "120",
                ["Enrolment:AttemptsPerSource"] = "100000",
            }
        )
        {
            settings[name] = value;
        }
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }
        Process = await ServiceProcess.Start("services/PointRegistry", settings);
        Admin = Process.ClientWith(await TokenOf("admin"));
        Ops = await Account("ops");
        Editor = await Account("editor");
    }
}
