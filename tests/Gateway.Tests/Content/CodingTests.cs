using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace LaiChau.Gateway.Tests.Content;

public sealed class CodingTests(GatewayHouse house)
{
    private static readonly byte[] Feed = JsonSerializer.SerializeToUtf8Bytes(
        Enumerable.Range(0, 500).ToDictionary(i => $"tinh/releases/{i}.json", i => new { length = i * 37 })
    );

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("br;q=0.0, gzip;q=0", null)]
    [InlineData("zstd, deflate", null)]
    [InlineData("identity", null)]
    [InlineData(null, null)]
    public async Task Sends_json_as_small_as_the_client_can_read_it(string? accepted, string? coding)
    {
        await house.Put("metadata/31.tinh.json", Feed);

        using var answer = await Get("metadata/31.tinh.json", accepted);

        Assert.Equal(coding, answer.Header("Content-Encoding"));
        Assert.Equal("Accept-Encoding", answer.Header("Vary"));
        var body = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(answer.Content.Headers.ContentLength, body.Length);
        Assert.Equal(Feed, Plain(body, coding));
        if (coding is not null)
        {
            Assert.InRange(body.Length, 1, Feed.Length / 3);
        }
    }

    [Fact]
    public async Task Each_coding_has_a_tag_of_its_own_and_is_unchanged_by_that()
    {
        await house.Put("metadata/32.tinh.json", Feed);
        var tags = new List<string>();
        foreach (var coding in new[] { "br", "gzip", "identity" })
        {
            using var first = await Get("metadata/32.tinh.json", coding);
            tags.Add(first.Headers.ETag!.ToString());
        }
        Assert.Equal(3, tags.Distinct().Count());

        foreach (var (coding, tag) in new[] { "br", "gzip", "identity" }.Zip(tags))
        {
            using var unchanged = await Get("metadata/32.tinh.json", coding, tag);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
            Assert.Equal(tag, unchanged.Header("ETag"));
            Assert.Equal("Accept-Encoding", unchanged.Header("Vary"));
            using var listed = await Get("metadata/32.tinh.json", coding, $"\"khac\", W/{tag}");
            Assert.Equal(HttpStatusCode.NotModified, listed.StatusCode);
        }
        using var other = await Get("metadata/32.tinh.json", "gzip", tags[0]);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_part_is_one_of_the_file_as_it_is()
    {
        await house.Put("metadata/33.tinh.json", Feed);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/content/metadata/33.tinh.json");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        request.Headers.Range = new RangeHeaderValue(100, 199);
        using var part = await house.Anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Null(part.Header("Content-Encoding"));
        Assert.Equal(Feed[100..200], await part.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_is_no_json_is_sent_as_it_is()
    {
        var (key, _) = await house.PutObject(10_000);
        await house.Put("metadata/9.news.8", new byte[5_000]);
        foreach (var path in new[] { key, "metadata/9.news.8" })
        {
            using var answer = await Get(path, "br, gzip");
            Assert.Null(answer.Header("Content-Encoding"));
            Assert.Null(answer.Header("Vary"));
            Assert.Equal("application/octet-stream", answer.Header("Content-Type"));
        }
    }

    [Fact]
    public async Task A_target_that_is_not_what_its_name_says_is_not_passed_on()
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Feed));
        await house.Put($"targets/tinh/releases/{name}.a.json", Feed[1..]);
        using var wrong = await Get($"targets/tinh/releases/{name}.a.json", null);
        await wrong.AssertProblem(HttpStatusCode.ServiceUnavailable, "unavailable");

        await house.Put($"targets/tinh/releases/{name}.a.json", Feed);
        using var right = await Get($"targets/tinh/releases/{name}.a.json", null);
        Assert.Equal(Feed, await right.Content.ReadAsByteArrayAsync());

        // The packed copy has the name of what it unpacks to.
        await house.Put($"targets/tinh/releases/{name}.a.manifest.zst", Feed[..100]);
        using var packed = await Get($"targets/tinh/releases/{name}.a.manifest.zst", null);
        Assert.Equal(Feed[..100], await packed.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_target_too_large_for_memory_is_served_as_an_object_is()
    {
        var large = new byte[6 << 20];
        RandomNumberGenerator.Fill(large);
        var path = $"targets/tinh/releases/{Convert.ToHexStringLower(SHA256.HashData(large))}.b.manifest";
        await house.Put(path, large);
        for (var i = 0; i < 2; i++)
        {
            using var answer = await Get(path, "br");
            Assert.Equal(large, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal("public, max-age=31536000, immutable", answer.Header("Cache-Control"));
        }
    }

    private async Task<HttpResponseMessage> Get(string path, string? accepted, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{path}");
        if (accepted is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        }
        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        }
        return await house.Anonymous.SendAsync(request);
    }

    private static byte[] Plain(byte[] body, string? coding)
    {
        using var packed = new MemoryStream(body);
        using Stream stream = coding switch
        {
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
