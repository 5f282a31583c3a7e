using System.Net;
using LaiChau.Testing;
using Minio.DataModel.Args;

namespace LaiChau.Gateway.Tests.Content;

public sealed class OutageTests(GatewayHouse house)
{
    [Fact]
    public async Task A_store_that_is_down_is_a_problem_with_a_time_to_come_back_and_heals_by_itself()
    {
        await using var server = await PrivateServer.S3();
        await using var buckets = S3Buckets.On(new Uri(server.Address));
        await using var door = await StoreDoor.Before(buckets.Endpoint);
        await using var gateway = await house.Start(
            new()
            {
                ["ObjectStore:Endpoint"] = door.Address.ToString(),
                ["ObjectStore:Content"] = buckets.Content,
                ["ObjectStore:Media"] = buckets.Media,
            }
        );
        using var store = buckets.Client();
        await Eventually.Holds(() => store.BucketExistsAsync(new BucketExistsArgs().WithBucket(buckets.Content)));
        var big = $"objects/aa/{new string('a', 64)}";
        await GatewayHouse.Put(buckets, "metadata/timestamp.json", "{}"u8.ToArray());
        await GatewayHouse.Put(buckets, big, new byte[8 << 20]);
        door.Hold(big, after: 1 << 20);
        using var before = await gateway.Client.GetAsync("/content/metadata/timestamp.json");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        using var half = await gateway.Client.GetAsync($"/content/{big}", HttpCompletionOption.ResponseHeadersRead);
        await using var rest = await half.Content.ReadAsStreamAsync();
        await server.KillAsync();
        door.LetGo(big);
        // Broken off, and not taken for the whole.
        await Assert.ThrowsAnyAsync<IOException>(() => rest.CopyToAsync(Stream.Null));

        // The copy of a moment ago is still good.
        using var down = await Eventually.Passes(async () =>
        {
            var answer = await gateway.Client.GetAsync("/content/metadata/timestamp.json");
            Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
            return answer;
        });
        await down.AssertProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Equal("5", down.Header("Retry-After"));
        Assert.DoesNotContain(door.Address.Authority, await down.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await server.StartAsync();
        await Eventually.Passes(async () =>
        {
            using var after = await gateway.Client.GetAsync("/content/metadata/timestamp.json");
            Assert.Equal("{}", await after.Content.ReadAsStringAsync());
        });
    }
}
