using System.Net;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Edge;

public sealed class ClientLimitTests(GatewayHouse house)
{
    [Fact]
    public async Task Slows_down_whoever_guesses_passwords_and_codes()
    {
        await using var gateway = await house.Start(new() { ["Gateway:Limits:SignIn"] = "3" });
        foreach (var path in new[] { "/connect/token", "/account/sign-in", "/api/points/enrol" })
        {
            using var response = await gateway.Client.PostAsync(path, null);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using var refused = await gateway.Client.PostAsync("/connect/token", null);
        await refused.AssertProblem(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));

        // Reading content is no part of it, and neither are those who are signed in.
        using var content = await gateway.Client.GetAsync("/content/metadata/404.root.json");
        Assert.Equal(HttpStatusCode.NotFound, content.StatusCode);
        using var editor = gateway.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Mẫu", "editor"));
        using var api = await editor.GetAsync("/api/catalog/releases");
        Assert.Equal(HttpStatusCode.OK, api.StatusCode);
    }

    [Fact]
    public async Task Counts_accounts_apart_though_they_share_an_address()
    {
        await using var gateway = await house.Start(new() { ["Gateway:Limits:Api"] = "2" });
        using var one = gateway.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Mẫu 1", "editor"));
        using var other = gateway.ClientWith(TestTokens.Create(Guid.CreateVersion7(), "Mẫu 2", "editor"));

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await one.GetAsync("/api/catalog/releases");
            statuses.Add(response.StatusCode);
        }
        using var others = await other.GetAsync("/api/catalog/releases");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    [Fact]
    public async Task A_claimed_address_buys_no_second_budget()
    {
        await using var gateway = await house.Start(new() { ["Gateway:Limits:Content"] = "2" });
        var last = HttpStatusCode.OK;
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/content/metadata/404.root.json");
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            using var response = await gateway.Client.SendAsync(request);
            last = response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }
}
