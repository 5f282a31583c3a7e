using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LaiChau.Testing;
using Minio.DataModel.Args;

namespace LaiChau.Gateway.Tests.Tier;

public sealed class CacheTierTests(GatewayHouse house) : IAsyncLifetime
{
    private S3Buckets buckets = null!;
    private StoreDoor door = null!;
    private ServiceProcess gateway = null!;
    private CacheTier tier = null!;

    public async ValueTask InitializeAsync()
    {
        // A plane of its own: its timestamp changes.
        buckets = await S3Buckets.Create();
        using (var client = buckets.Client())
        {
            await client.MakeBucketAsync(new MakeBucketArgs().WithBucket(buckets.Content));
        }
        door = await StoreDoor.Before(buckets.Endpoint);
        gateway = await house.Start(
            new()
            {
                ["ObjectStore:Endpoint"] = door.Address.ToString(),
                ["ObjectStore:Content"] = buckets.Content,
                ["ObjectStore:Media"] = buckets.Media,
                ["Gateway:TrustedProxies:0"] = "127.0.0.1",
            }
        );
        tier = await CacheTier.Before(gateway.Address, house.NewFolder());
    }

    public async ValueTask DisposeAsync()
    {
        await tier.DisposeAsync();
        await gateway.DisposeAsync();
        await door.DisposeAsync();
        await buckets.DisposeAsync();
    }

    [Fact]
    public async Task Hundreds_at_once_cost_the_gateway_one_pass_and_later_ones_none()
    {
        var (key, bytes) = await GatewayHouse.PutObject(buckets, 5_500_000);
        await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(async i =>
                {
                    var (from, to) = i % 2 == 0 ? (i * 20_000, i * 20_000 + 1_200_000) : (0, bytes.Length - 1);
                    using var answer = await Ask(key, i % 2 == 0 ? $"bytes={from}-{to}" : null);
                    Assert.True(
                        (await answer.Content.ReadAsByteArrayAsync())
                            .AsSpan()
                            .SequenceEqual(bytes.AsSpan()[from..(to + 1)])
                    );
                })
        );
        Assert.Equal(1, door.Reads(key));

        await gateway.Kill();
        using var later = await Ask(key);
        Assert.Equal(bytes, await later.Content.ReadAsByteArrayAsync());
        Assert.Equal("public, max-age=31536000, immutable", later.Header("Cache-Control"));
        Assert.Equal("nosniff", later.Header("X-Content-Type-Options"));
        using var unchanged = await Ask(key, known: later.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=1048570-1048590", 1_048_570, 1_048_591)]
    [InlineData("bytes=2900000-", 2_900_000, 3_000_000)]
    [InlineData("bytes=-10", 2_999_990, 3_000_000)]
    [InlineData("bytes=2999999-9999999", 2_999_999, 3_000_000)]
    public async Task Serves_one_range(string range, int from, int to)
    {
        var (key, bytes) = await GatewayHouse.PutObject(buckets, 3_000_000);
        for (var i = 0; i < 2; i++)
        {
            using var answer = await Ask(key, range);
            Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
            Assert.Equal($"bytes {from}-{to - 1}/3000000", answer.Header("Content-Range"));
            Assert.Equal(bytes[from..to], await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Agrees_with_the_gateway_about_everything_else()
    {
        var (key, bytes) = await GatewayHouse.PutObject(buckets, 3_000_000);
        using var direct = await gateway.Client.GetAsync($"/content/{key}");
        using var whole = await Ask(key);
        Assert.Equal(direct.Headers.ETag, whole.Headers.ETag);

        using var several = await Ask(key, "bytes=0-9,2000000-2000009");
        Assert.Equal(HttpStatusCode.PartialContent, several.StatusCode);
        Assert.Equal("multipart/byteranges", several.Content.Headers.ContentType?.MediaType);
        using var outside = await Ask(key, "bytes=3000000-");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);
        using var goesOn = await Ask(key, "bytes=10-19", ifRange: whole.Headers.ETag!.ToString());
        Assert.Equal(bytes[10..20], await goesOn.Content.ReadAsByteArrayAsync());
        using var other = await Ask(key, "bytes=10-19", ifRange: "\"khac\"");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var head = await tier.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/content/{key}"));
        Assert.Equal(3_000_000, head.Content.Headers.ContentLength);
        using var missing = await Ask($"objects/ab/{new string('b', 64)}");
        await missing.AssertProblem(HttpStatusCode.NotFound, "not-found");
        await GatewayHouse.Put(buckets, $"objects/ab/{new string('b', 64)}", bytes);
        using var there = await Ask($"objects/ab/{new string('b', 64)}");
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
    }

    [Fact]
    public async Task Holds_and_hears_of_a_new_timestamp_as_the_gateway_does()
    {
        await GatewayHouse.Put(buckets, "metadata/timestamp.json", Version(1));
        using var first = await Ask("metadata/timestamp.json");
        Assert.Equal("no-cache", first.Header("Cache-Control"));
        var held = Ask("metadata/timestamp.json", known: first.Headers.ETag, prefer: "wait=300");
        using var poll = await Ask("metadata/timestamp.json", known: first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, poll.StatusCode);
        await GatewayHouse.Put(buckets, "metadata/timestamp.json", Version(2));

        using var answer = await held.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Version(2), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("wait=300", answer.Header("Preference-Applied"));
        using var next = await Ask("metadata/timestamp.json", known: first.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Passes_on_compressed_metadata_and_what_is_not_content_at_all()
    {
        await GatewayHouse.Put(buckets, "metadata/1.tinh.json", Encoding.UTF8.GetBytes(new string('a', 5000)));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/content/metadata/1.tinh.json");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        using var packed = await tier.Client.SendAsync(request);
        Assert.Equal("br", packed.Header("Content-Encoding"));

        using var push = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        push.Content = new ByteArrayContent(new byte[900_000]);
        push.Headers.Host = "lai-chau.example";
        using var answer = await tier.Client.SendAsync(push);
        var heard = await answer.Heard();
        Assert.Equal(900_000, heard.Length);
        Assert.Equal("127.0.0.1", heard.Headers["X-Forwarded-For"]);
        Assert.Equal("lai-chau.example", heard.Headers["Host"]);
    }

    private async Task<HttpResponseMessage> Ask(
        string path,
        string? range = null,
        EntityTagHeaderValue? known = null,
        string? prefer = null,
        string? ifRange = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{path}");
        foreach (
            var (name, value) in new[]
            {
                ("Range", range),
                ("If-None-Match", known?.ToString()),
                ("Prefer", prefer),
                ("If-Range", ifRange),
            }
        )
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        return await tier.Client.SendAsync(request);
    }

    private static byte[] Version(int version) => Encoding.UTF8.GetBytes($"{{\"version\":{version}}}");
}
