using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LaiChau.ServiceDefaults;
using LaiChau.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.Standalone.Tests.Authority;

/// <summary>Every service of the platform in this process, two points in two communes, and somebody in each role.</summary>
internal sealed class AuthorityHouse : IAsyncDisposable
{
    public const string OwnUnit = "03390";
    public const string ForeignUnit = "03405";
    public const string ForeignName = "Điểm mẫu của xã khác";
    private const string Password = "mot-mat-khau-mau-4821";

    private readonly WebApplication app;
    private readonly StandalonePlace place;
    private readonly Dictionary<string, HttpClient> clients = new(StringComparer.Ordinal);

    private AuthorityHouse(WebApplication app, StandalonePlace place) => (this.app, this.place) = (app, place);

    public Guid OwnPoint { get; private set; }
    public Guid ForeignPoint { get; private set; }

    /// <summary>What each of the two points has, by the route that shows it.</summary>
    private readonly Dictionary<(string Route, Guid Point), Guid> things = [];

    public HttpClient this[string role] => clients[role];

    /// <summary>Every route of the process, as <c>METHOD /route</c>, and what the framework knows of it.</summary>
    public IReadOnlyDictionary<string, RouteEndpoint> Endpoints =>
        app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e =>
                (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(m =>
                    KeyValuePair.Create($"{m} /{e.RoutePattern.RawText!.Trim('/')}", e)
                )
            )
            .DistinctBy(e => e.Key)
            .ToDictionary(StringComparer.Ordinal);

    public static async Task<AuthorityHouse> Open(Action<IEndpointRouteBuilder>? more = null)
    {
        var where = new StandalonePlace(
            Path.Combine(Repository.Results, $"authority-{Guid.CreateVersion7():N}"),
            FreePort.Take()
        );
        var house = new AuthorityHouse(
            StandaloneHost.Build(
                where,
                ["--Enrolment:AttemptsPerSource=100000", "--Gateway:Limits:SignIn=100000"],
                more
            ),
            where
        );
        await house.app.Services.MigrateDatabases();
        await house.app.StartAsync();
        await house.Fill();
        return house;
    }

    /// <summary>What the id in a route names, where it is a thing of one of the points; the id itself elsewhere.</summary>
    public Guid Named(string route, Guid id) =>
        things.FirstOrDefault(t => t.Key.Point == id && route.StartsWith(t.Key.Route, StringComparison.Ordinal)).Value
            is var thing
        && thing != Guid.Empty
            ? thing
            : id;

    /// <summary>True where the id in a route is a point's, or of a thing that a point has.</summary>
    public bool IsOfPoint(string route) =>
        route.StartsWith("/api/points/{id:guid}", StringComparison.Ordinal)
        || things.Keys.Any(t => route.StartsWith(t.Route, StringComparison.Ordinal));

    /// <summary>The roles that the framework would let in, asked without a request.</summary>
    public async Task<IReadOnlySet<string>> LetIn(RouteEndpoint endpoint, IEnumerable<string> roles)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return roles.ToHashSet(StringComparer.Ordinal);
        }
        var policies = app.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var policy =
            await AuthorizationPolicy.CombineAsync(
                policies,
                endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(),
                endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            ) ?? await policies.GetFallbackPolicyAsync();
        var service = app.Services.GetRequiredService<IAuthorizationService>();
        var letIn = new HashSet<string>(StringComparer.Ordinal);
        foreach (var role in roles)
        {
            var user = new global::System.Security.Claims.ClaimsPrincipal(
                role == AuthorityTable.Anonymous
                    ? new global::System.Security.Claims.ClaimsIdentity()
                    : new global::System.Security.Claims.ClaimsIdentity([new("role", role)], "test", "name", "role")
            );
            if (policy is null || (await service.AuthorizeAsync(user, policy)).Succeeded)
            {
                letIn.Add(role);
            }
        }
        return letIn;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task Fill()
    {
        clients[AuthorityTable.Anonymous] = Client(null);
        await Eventually.Passes(async () =>
            clients["admin"] = Client(await Token(StandalonePlace.Administrator, place.Password("admin")))
        );
        (OwnPoint, var machine) = await Enrol("Điểm mẫu của xã mình", OwnUnit);
        (ForeignPoint, _) = await Enrol(ForeignName, ForeignUnit);
        clients["point"] = Client(await TokenOf(machine));
        await Account("editor", new { });
        await Account("reviewer", new { });
        await Account("ops", new { });
        await Account("commune", new { unitCode = OwnUnit });
        await Account("manager", new { pointId = OwnPoint });
        await Account("officer", new { pointId = OwnPoint });
        var course = await Made(
            "/api/points/training/courses",
            new
            {
                name = "Khoá mẫu",
                roles = new[] { "officer" },
                forTeams = true,
                required = true,
            }
        );
        foreach (var (point, unitCode) in new[] { (OwnPoint, OwnUnit), (ForeignPoint, ForeignUnit) })
        {
            var team = await Made("/api/points/teams", new { village = "Bản mẫu", unitCode });
            things[("/api/points/teams/{id:guid}", point)] = team;
            things[("/api/points/teams/members/{id:guid}", point)] = await Made(
                $"/api/points/teams/{team}/members",
                new { name = "Người mẫu" }
            );
            things[("/api/points/training/sessions/{id:guid}", point)] = await Made(
                "/api/points/training/sessions",
                new
                {
                    courseId = course,
                    kind = "staff",
                    heldOn = "2026-01-05",
                    trainer = "Người dạy mẫu",
                    pointId = point,
                }
            );
            things[("/api/points/openings/{id:guid}", point)] = await Made(
                $"/api/points/{point}/openings",
                new { openedAt = "2026-01-06T07:30:00+07:00", closedAt = "2026-01-06T11:30:00+07:00" }
            );
            things[("/api/points/cases/{id:guid}", point)] = await Made(
                "/api/points/cases",
                new
                {
                    kind = "task",
                    title = "Việc mẫu",
                    pointId = point,
                }
            );
        }
        // Telemetry has heard of both.
        await Eventually.Holds(async () =>
            (await clients["ops"].GetStringAsync("/api/telemetry/points")).Contains(
                ForeignPoint.ToString(),
                StringComparison.Ordinal
            )
        );
    }

    private async Task<Guid> Made(string route, object request) =>
        (await Ok(await clients["admin"].PostAsJsonAsync(route, request))).GetProperty("id").GetGuid();

    private async Task<(Guid Point, PointMachine Machine)> Enrol(string name, string unit)
    {
        var admin = clients["admin"];
        var point = (
            await Ok(
                await admin.PostAsJsonAsync(
                    "/api/points",
                    new
                    {
                        name,
                        unitCode = unit,
                        languages = new[] { "vi" },
                    }
                )
            )
        ).GetProperty("id").GetGuid();
        var code = (await Ok(await admin.PostAsync($"/api/points/{point}/enrolment-codes", null)))
            .GetProperty("code")
            .GetString();
        var machine = new PointMachine(point);
        await Ok(await admin.PostAsJsonAsync("/api/points/enrol", new { code, publicKey = machine.PublicKey }));
        using var client = Client(await TokenOf(machine));
        await Eventually.Passes(async () =>
            await Ok(
                await client.PostAsJsonAsync(
                    "/api/telemetry/events",
                    new
                    {
                        events = new[]
                        {
                            new
                            {
                                id = Guid.CreateVersion7(),
                                kind = "contact",
                                at = TimeProvider.System.GetUtcNow(),
                                agentVersion = "mẫu",
                            },
                        },
                    }
                )
            )
        );
        return (point, machine);
    }

    private async Task Account(string role, object terms)
    {
        var account = JsonSerializer.SerializeToNode(terms)!.AsObject();
        account["userName"] = $"mau-{role}";
        account["name"] = "Tài khoản mẫu";
        account["password"] = Password;
        account["roles"] = new global::System.Text.Json.Nodes.JsonArray(role);
        await Ok(await clients["admin"].PostAsJsonAsync("/api/points/accounts", account));
        clients[role] = Client(await Token($"mau-{role}", Password));
    }

    private Task<string> Token(string user, string password) =>
        Ask(new() { ["client_id"] = user, ["client_secret"] = password });

    private Task<string> TokenOf(PointMachine machine) =>
        Ask(
            new()
            {
                ["client_id"] = machine.Point.ToString(),
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = machine.Assertion(new Uri(place.Door, "/connect/token").AbsoluteUri),
            }
        );

    private async Task<string> Ask(Dictionary<string, string> form)
    {
        form["grant_type"] = "client_credentials";
        using var content = new FormUrlEncodedContent(form);
        return (await Ok(await clients[AuthorityTable.Anonymous].PostAsync("/connect/token", content)))
            .GetProperty("access_token")
            .GetString()!;
    }

    private HttpClient Client(string? token)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = place.Door };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return client;
    }

    private static async Task<JsonElement> Ok(HttpResponseMessage answer)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {body}");
            return answer.StatusCode == HttpStatusCode.NoContent ? default : JsonElement.Parse(body);
        }
    }
}
