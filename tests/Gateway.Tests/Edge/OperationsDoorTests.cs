using System.Globalization;
using System.Net;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Edge;

public sealed class OperationsDoorTests(GatewayHouse house)
{
    private static readonly string[] Paths = ["/livez", "/readyz", "/metrics", "/metrics/", "/METRICS"];

    [Fact]
    public async Task Shows_health_and_metrics_to_nobody_who_comes_through_a_proxy()
    {
        foreach (var path in Paths)
        {
            foreach (var header in new[] { "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.TryAddWithoutValidation(header, "x");
                using var response = await house.Anonymous.SendAsync(request);
                Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            }
        }
    }

    [Fact]
    public async Task With_a_port_of_its_own_they_are_there_and_only_there()
    {
        var port = FreePort.Take();
        await using var gateway = await house.Start(
            new() { ["Gateway:OpsPort"] = port.ToString(CultureInfo.InvariantCulture) },
            readyPath: "/reference/"
        );
        using var inside = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        foreach (var path in Paths[..3])
        {
            using var there = await inside.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, there.StatusCode);
            using var outside = await gateway.Client.GetAsync(path);
            await outside.AssertProblem(HttpStatusCode.NotFound, "not-found");
        }
        using var door = await inside.GetAsync("/connect/authorize");
        Assert.Equal(HttpStatusCode.NotFound, door.StatusCode);
    }
}
