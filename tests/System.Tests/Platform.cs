using System.Text.Json;
using LaiChau.Cli.Api;
using LaiChau.System.Tests;
using LaiChau.Testing;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(Platform))]
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

namespace LaiChau.System.Tests;

/// <summary>
/// The whole platform as it is deployed: every service a process behind the gateway, on a database and a broker that may be killed, and one
/// support point. Everything is asked by the public door.
/// </summary>
public sealed class Platform : IAsyncLifetime
{
    public const string PointName = "Điểm hỗ trợ mẫu";
    public const string Password = "mot-mat-khau-mau-4821";
    private readonly int door = FreePort.Take();
    private readonly string keys = Directory
        .CreateDirectory(Path.Combine(Repository.Results, $"keys-{Guid.CreateVersion7():N}"))
        .FullName;
    private readonly Dictionary<string, ServiceProcess> processes = new(StringComparer.Ordinal);
    private S3Buckets buckets = null!;

    internal TraceCollector Traces { get; } = new();
    public PrivateServer Database { get; private set; } = null!;
    public PrivateServer Broker { get; private set; } = null!;
    public Uri Address => new($"http://127.0.0.1:{door}/");
    public PlatformClient Admin { get; private set; } = null!;
    public PlatformClient Editor { get; private set; } = null!;
    public PlatformClient Reviewer { get; private set; } = null!;
    public PlatformClient Ops { get; private set; } = null!;
    public Guid Point { get; private set; }

    /// <summary>A program by its folder's name.</summary>
    public ServiceProcess this[string program] => processes[program];

    public ServiceProcess Agent => processes["PointAgent"];

    public async ValueTask InitializeAsync()
    {
        (Database, Broker, buckets) = (
            await PrivateServer.Postgres(),
            await PrivateServer.RabbitMq(),
            await S3Buckets.Create()
        );
        var (catalog, bulletins, points, telemetry, console) = (
            FreePort.Take(),
            FreePort.Take(),
            FreePort.Take(),
            FreePort.Take(),
            FreePort.Take()
        );
        var common = new Dictionary<string, string?>
        {
            ["Auth:Issuer"] = Address.AbsoluteUri,
            ["Auth:KeysAddress"] = At(points) + ".well-known/jwks",
            ["ConnectionStrings:RabbitMq"] = Broker.Address,
            ["Database:MigrateOnStart"] = "true",
            ["DataProtection:KeysFolder"] = Path.Combine(keys, "pages"),
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Traces.Address.AbsoluteUri,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        };
        foreach (var (name, value) in buckets.Settings)
        {
            common[name] = value;
        }
        await Task.WhenAll(
            Run(
                "services/PointRegistry",
                points,
                With(
                    common,
                    ("ConnectionStrings:Points", ConnectionString("points")),
                    ("Identity:SigningKeyFile", Path.Combine(keys, "identity", "signing.pem")),
                    ("Identity:CreateKeyIfMissing", "true"),
                    ("Identity:ConsoleRedirectUris:0", Address + "console/signin-oidc"),
                    ("Identity:Bootstrap:UserName", "admin"),
                    ("Identity:Bootstrap:Password", Password)
                )
            ),
            Run(
                "services/Catalog",
                catalog,
                With(
                    common,
                    ("ConnectionStrings:Catalog", ConnectionString("catalog")),
                    ("Catalog:Keys:Folder", Path.Combine(keys, "content")),
                    ("Catalog:Keys:CreateIfMissing", "true")
                )
            )
        );
        await Task.WhenAll(
            Run(
                "services/BulletinPublishing",
                bulletins,
                With(common, ("ConnectionStrings:Bulletins", ConnectionString("bulletins")))
            ),
            Run(
                "services/Telemetry",
                telemetry,
                With(
                    common,
                    ("ConnectionStrings:Telemetry", ConnectionString("telemetry")),
                    ("Telemetry:ReportSeconds", "1")
                )
            )
        );
        await Run(
            "gateway",
            door,
            With(
                common,
                ("Gateway:Services:Catalog", At(catalog)),
                ("Gateway:Services:Bulletins", At(bulletins)),
                ("Gateway:Services:Points", At(points)),
                ("Gateway:Services:Telemetry", At(telemetry)),
                ("Gateway:Services:Console", At(console)),
                ("Gateway:Limits:SignIn", "1000")
            )
        );
        await Run(
            "services/OpsConsole",
            console,
            With(
                common,
                ("Console:Api", Address.AbsoluteUri),
                ("Console:Authority", Address.AbsoluteUri),
                ("Console:MetadataAddress", At(points) + ".well-known/openid-configuration")
            )
        );
        Admin = await SignIn("admin");
        Editor = await Account("bientap", "Biên tập viên mẫu", "editor");
        Reviewer = await Account("duyet", "Người duyệt mẫu", "reviewer");
        Ops = await Account("vanhanh", "Tổ vận hành mẫu", "ops");
        await StartPoint();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes.Values)
        {
            await process.DisposeAsync();
        }
        Traces.Dispose();
        await buckets.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>A client that speaks as an account and hides nothing of HTTP.</summary>
    public async Task<HttpClient> ClientOf(string userName)
    {
        var client = new HttpClient { BaseAddress = Address };
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", userName),
            new("client_secret", Password),
        ]);
        using var answer = await client.PostAsync(new Uri("connect/token", UriKind.Relative), form);
        var token = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>One run of <c>lcp</c> as an account.</summary>
    public Task<ProgramRun> Lcp(string userName, params string[] arguments) =>
        ProgramRun.Of(
            "services/Cli",
            arguments,
            new Dictionary<string, string?>
            {
                ["LCP_SERVER"] = Address.AbsoluteUri,
                ["LCP_USER"] = userName,
                ["LCP_PASSWORD"] = Password,
            },
            Repository.Root
        );

    /// <summary>What <c>lcp … --json</c> answered, after it ended with 0.</summary>
    public async Task<JsonElement> LcpJson(string userName, params string[] arguments)
    {
        var run = await Lcp(userName, [.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, $"lcp {string.Join(' ', arguments)}:\n{run.Output}\n{run.Errors}");
        return JsonElement.Parse(run.Output);
    }

    public async Task SignIn(Microsoft.Playwright.IPage page, string userName)
    {
        await page.GotoAsync(Address + "console");
        await page.FillAsync("#userName", userName);
        await page.FillAsync("#password", Password);
        await page.ClickAsync("button[type=submit]");
        // Only who is signed in can sign out. It does not matter which of the pages on the way there was loaded, and when.
        await page.Locator("form[action='/console/dang-xuat']").WaitForAsync();
        Assert.StartsWith(Address + "console", page.Url, StringComparison.Ordinal);
    }

    public async Task<Bulletin> SubmitBulletin(string slug, string title)
    {
        var bulletin = await Editor.CreateBulletin(SampleBulletin.Of(slug, title));
        return await Editor.SubmitBulletin(bulletin.Id);
    }

    public async Task<bool> Shows(string path, string text)
    {
        using var answer = await Agent.Client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.IsSuccessStatusCode
            && global::System
                .Net.WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync())
                .Contains(text, StringComparison.Ordinal);
    }

    public async Task<string?> StandingAtPoint(Guid release) =>
        (await Ops.GetCoverage(release)).Points?.SingleOrDefault(p => p.PointId == Point)?.State;

    private async Task StartPoint()
    {
        var unit = (await Ops.ListUnits(search: "sin ho")).Items[0];
        Point = (await Admin.AddPoint(new NewPoint(PointName, unit.Code, ["vi"]))).Id;
        var code = await Admin.IssueEnrolmentCode(Point);
        await Run(
            "services/PointAgent",
            FreePort.Take(),
            new Dictionary<string, string?>
            {
                ["Agent:Server"] = Address.AbsoluteUri,
                ["Agent:DataFolder"] = Path.Combine(keys, "point"),
                ["Agent:Urls"] = "{url}",
                ["Agent:EnrolmentCode"] = code.Code,
                ["Agent:Neighbours"] = "",
                // News comes while a request stands, or not before the patience of a test ends.
                ["Agent:PollSeconds"] = "60",
                ["Agent:ReportSeconds"] = "1",
            }
        );
        await Eventually.Holds(async () =>
            (await Ops.ListPoints()).Items.Single(p => p.Id == Point).EnrolledAt is not null
        );
    }

    private async Task<PlatformClient> Account(string userName, string name, string role)
    {
        await Admin.AddAccount(new NewAccount(userName, name, [role], Password));
        return await SignIn(userName);
    }

    private async Task<PlatformClient> SignIn(string userName)
    {
        var client = new PlatformClient(new HttpClient { BaseAddress = Address }, TimeProvider.System);
        await Eventually.Passes(() => client.SignIn(userName, Password));
        return client;
    }

    private async Task Run(string project, int port, IReadOnlyDictionary<string, string?> settings)
    {
        var process = await ServiceProcess.Start(project, settings, port: port);
        lock (processes)
        {
            processes[Path.GetFileName(project)] = process;
        }
    }

    private static string At(int port) => $"http://127.0.0.1:{port}/";

    public string ConnectionString(string name) =>
        new NpgsqlConnectionStringBuilder(Database.Address) { Database = name, MaxPoolSize = 20 }.ConnectionString;

    private static Dictionary<string, string?> With(
        IReadOnlyDictionary<string, string?> common,
        params ReadOnlySpan<(string Name, string Value)> own
    )
    {
        var settings = new Dictionary<string, string?>(common);
        foreach (var (name, value) in own)
        {
            settings[name] = value;
        }
        return settings;
    }
}
