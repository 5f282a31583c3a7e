using System.Security.Cryptography;
using LaiChau.Testing;
using Xunit;

namespace LaiChau.System.Tests;

public sealed class TraceTests(Platform platform)
{
    [Fact]
    public async Task One_trace_crosses_the_gateway_a_service_the_broker_and_another_service()
    {
        var bulletin = await platform.SubmitBulletin("dau-vet", "Mẫu dấu vết");
        var trace = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var reviewer = await platform.ClientOf("duyet");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/bulletins/{bulletin.Id}/approve");
        request.Headers.Add(
            "traceparent",
            $"00-{trace}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}-01"
        );
        using var answer = await reviewer.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);

        foreach (var part in new[] { "gateway", "bulletins", "catalog" })
        {
            await Eventually.Holds(() => Task.FromResult(platform.Traces.Has(trace, part)), what: part);
        }
        Assert.False(platform.Traces.Has(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), "gateway"));
    }
}
