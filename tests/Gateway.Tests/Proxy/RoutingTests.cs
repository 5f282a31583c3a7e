using System.Net;
using System.Net.Http.Headers;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Proxy;

public sealed class RoutingTests(GatewayHouse house)
{
    [Theory]
    [InlineData("/api/catalog/releases/1?a=b%20c", "Catalog")]
    [InlineData("/api/bulletins", "Bulletins")]
    [InlineData("/api/bulletins/1/submit", "Bulletins")]
    [InlineData("/api/points", "Points")]
    [InlineData("/api/telemetry/coverage", "Telemetry")]
    public async Task Leads_an_account_to_the_service_under_the_same_path(string path, string service)
    {
        using var client = house.As("editor");
        using var response = await client.GetAsync(path);

        var heard = await response.Heard();

        Assert.Equal((service, path), (heard.Service, heard.Path.Replace(" ", "%20", StringComparison.Ordinal)));
        Assert.StartsWith("Bearer ", heard.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/connect/authorize", "Points")]
    [InlineData("POST", "/connect/token", "Points")]
    [InlineData("GET", "/account/sign-in", "Points")]
    [InlineData("GET", "/.well-known/openid-configuration", "Points")]
    [InlineData("GET", "/.well-known/jwks", "Points")]
    [InlineData("POST", "/api/points/enrol", "Points")]
    [InlineData("GET", "/console", "Console")]
    [InlineData("GET", "/console/releases", "Console")]
    [InlineData("GET", "/api/catalog/openapi.json", "Catalog")]
    [InlineData("GET", "/api/bulletins/openapi.json", "Bulletins")]
    [InlineData("GET", "/api/points/openapi.json", "Points")]
    [InlineData("GET", "/api/telemetry/openapi.json", "Telemetry")]
    public async Task Leads_anybody_through_the_open_doors(string method, string path, string service)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await house.Anonymous.SendAsync(request);

        var heard = await response.Heard();

        Assert.Equal((service, method), (heard.Service, heard.Method));
    }

    [Theory]
    [InlineData("GET", "/api/catalog/releases")]
    [InlineData("PUT", "/api/catalog/blocks/aa")]
    [InlineData("GET", "/api/bulletins")]
    [InlineData("GET", "/api/points")]
    [InlineData("GET", "/api/points/enrol")]
    [InlineData("POST", "/api/points/enrol/more")]
    [InlineData("POST", "/api/telemetry/events")]
    [InlineData("POST", "/api/catalog/openapi.json")]
    [InlineData("GET", "/api/unknown")]
    public async Task Asks_for_a_token_at_every_other_door(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await house.Anonymous.SendAsync(request);

        await response.AssertProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal("Bearer", response.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task Refuses_tokens_that_are_old_or_signed_by_others()
    {
        var old = TestTokens.Create(Guid.CreateVersion7(), "Mẫu", ["editor"], TimeSpan.FromMinutes(-5));
        var good = TestTokens.Create(Guid.CreateVersion7(), "Mẫu", "editor");
        var forged = good[..^10] + new string(good[^10..].Reverse().ToArray());
        foreach (var token in new[] { old, forged, "khong-phai-token" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/catalog/releases");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await house.Anonymous.SendAsync(request);

            await response.AssertProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        }
    }

    [Fact]
    public async Task Hands_on_the_problems_of_services_as_they_are()
    {
        using var client = house.As("editor");
        using var response = await client.GetAsync("/api/catalog/releases?problem");

        await response.AssertProblem(HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task A_service_that_is_down_is_a_problem_with_a_time_to_come_back()
    {
        await using var gateway = await house.Start(
            new() { ["Gateway:Services:Catalog"] = $"http://127.0.0.1:{FreePort.Take()}" }
        );
        using var client = gateway.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Mẫu", "editor"));
        using var response = await client.GetAsync("/api/catalog/releases");

        await response.AssertProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Equal("5", response.Header("Retry-After"));
    }

    [Fact]
    public async Task A_service_that_stays_silent_is_given_up()
    {
        using var client = house.As("editor");
        using var response = await client.GetAsync("/api/catalog/releases?silent");

        await response.AssertProblem(HttpStatusCode.GatewayTimeout, "service-silent");
    }

    [Fact]
    public async Task The_bare_address_leads_to_the_console()
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var response = await client.GetAsync(house.Address);

        Assert.Equal("/console", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Does_not_start_without_token_validation()
    {
        var settings = house.Settings.Where(s => s.Key != "Auth:Issuer");

        var run = await ProgramRun.Of("gateway", [], settings);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Auth:Issuer", run.Errors + run.Output, StringComparison.Ordinal);
    }
}
