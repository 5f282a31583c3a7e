using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using LaiChau.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace LaiChau.Gateway.Tests.Content;

public sealed class ServePlaneTests(GatewayHouse house)
{
    private static readonly byte[] Pack = RandomNumberGenerator.GetBytes(300_000);
    private static readonly string PackPath = $"objects/{Hex(Pack)[..2]}/{Hex(Pack)}";

    [Fact]
    public async Task Serves_a_pack_whole_and_for_ever()
    {
        await house.Put(PackPath, Pack);

        using var response = await house.Anonymous.GetAsync($"/content/{PackPath}");

        Assert.Equal(Pack, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("public, max-age=31536000, immutable", response.Header("Cache-Control"));
        Assert.Equal("bytes", response.Header("Accept-Ranges"));
        Assert.Equal("application/octet-stream", response.Header("Content-Type"));
        Assert.Equal("300000", response.Header("Content-Length"));
        Assert.NotNull(response.Headers.ETag);
    }

    [Theory]
    [InlineData("metadata/1.root.json", true)]
    [InlineData("metadata/12.snapshot.json", true)]
    [InlineData("metadata/timestamp.json", false)]
    [InlineData(
        "targets/tinh/releases/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.01935b00-0000-7000-8000-000000000000.json",
        true
    )]
    [InlineData("targets/tinh/releases/01935b00-0000-7000-8000-000000000000.json", false)]
    public async Task Tells_caches_what_may_change(string path, bool immutable)
    {
        await house.Put(path, "{}"u8.ToArray());

        await Eventually.Passes(async () =>
        {
            using var response = await house.Anonymous.GetAsync($"/content/{path}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(
                immutable ? "public, max-age=31536000, immutable" : "no-cache",
                response.Header("Cache-Control")
            );
            Assert.Equal("application/json", response.Header("Content-Type"));
        });
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 99)]
    [InlineData(1000, 70_000)]
    [InlineData(299_999, 299_999)]
    public async Task Serves_one_range(int from, int to)
    {
        await house.Put(PackPath, Pack);

        using var response = await Get(PackPath, new RangeHeaderValue(from, to));

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {from}-{to}/300000", response.Header("Content-Range"));
        Assert.Equal(Pack[from..(to + 1)], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=299990-", 299_990, 300_000)]
    [InlineData("bytes=-10", 299_990, 300_000)]
    [InlineData("bytes=-999999", 0, 300_000)]
    [InlineData("bytes=299000-999999", 299_000, 300_000)]
    public async Task Cuts_an_open_range_to_the_file(string range, int from, int to)
    {
        await house.Put(PackPath, Pack);

        using var response = await Get(PackPath, RangeHeaderValue.Parse(range));

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {from}-{to - 1}/300000", response.Header("Content-Range"));
        Assert.Equal(Pack[from..to], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=300000-")]
    [InlineData("bytes=300000-300001")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=300000-,400000-400001,-0")]
    public async Task Refuses_ranges_outside(string range)
    {
        await house.Put(PackPath, Pack);

        using var response = await Get(PackPath, RangeHeaderValue.Parse(range));

        await response.AssertProblem(HttpStatusCode.RequestedRangeNotSatisfiable, "range-not-satisfiable");
        Assert.Equal("bytes */300000", response.Header("Content-Range"));
    }

    [Fact]
    public async Task Takes_a_range_it_cannot_read_for_none()
    {
        await house.Put(PackPath, Pack);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{PackPath}");
        request.Headers.TryAddWithoutValidation("Range", "bytes=tu-dau");
        using var response = await house.Anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Pack.Length, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task Serves_a_file_that_may_change_only_whole()
    {
        await house.Put("metadata/may-change.json", "{\"version\":1}"u8.ToArray());

        using var response = await Get("metadata/may-change.json", new RangeHeaderValue(1, 3));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("none", response.Header("Accept-Ranges"));
        Assert.Equal("{\"version\":1}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("bytes=0-99,200000-200099", "0-99 200000-200099")]
    [InlineData("bytes=1000-1999, -10, 0-0", "1000-1999 299990-299999 0-0")]
    [InlineData("bytes=5-9,400000-,10-19", "5-9 10-19")]
    [InlineData("bytes=0-99,50-149,1000-1001", "0-149 1000-1001")]
    [InlineData("bytes=10-,0-20,100-", "0-299999")]
    [InlineData("bytes=7-7,900000-900001", "7-7")]
    [InlineData("BYTES=7-7", "7-7")]
    public async Task Serves_the_ranges_it_is_asked_for(string asked, string sent)
    {
        await house.Put(PackPath, Pack);
        var expected = sent.Split(' ')
            .Select(range => range.Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray())
            .Select(range => (From: range[0], To: range[1]))
            .ToList();

        using var response = await Get(PackPath, asked);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(response.Content.Headers.ContentLength, body.Length);
        if (expected.Count == 1)
        {
            Assert.Equal($"bytes {sent}/300000", response.Header("Content-Range"));
            Assert.Equal(Pack[expected[0].From..(expected[0].To + 1)], body);
            return;
        }
        Assert.Null(response.Header("Content-Range"));
        Assert.Equal("multipart/byteranges", response.Content.Headers.ContentType!.MediaType);
        var boundary = response.Content.Headers.ContentType.Parameters.Single(p => p.Name == "boundary").Value!;
        using var stream = new MemoryStream(body);
        var reader = new MultipartReader(boundary, stream);
        foreach (var (from, to) in expected)
        {
            var section = (await reader.ReadNextSectionAsync())!;
            Assert.Equal("application/octet-stream", section.ContentType);
            Assert.Equal($"bytes {from}-{to}/300000", section.Headers!["Content-Range"]);
            using var part = new MemoryStream();
            await section.Body.CopyToAsync(part);
            Assert.Equal(Pack[from..(to + 1)], part.ToArray());
        }
        Assert.Null(await reader.ReadNextSectionAsync());
    }

    [Fact]
    public async Task Never_answers_with_more_than_the_file_whatever_is_asked()
    {
        await house.Put(PackPath, Pack);
        using var all = await Get(PackPath, "bytes=" + string.Join(',', Enumerable.Repeat("0-", 100)));
        Assert.Equal(HttpStatusCode.PartialContent, all.StatusCode);
        Assert.Equal(Pack, await all.Content.ReadAsByteArrayAsync());

        using var crumbs = await Get(
            PackPath,
            "bytes=" + string.Join(',', Enumerable.Range(0, 200).Select(i => $"{2 * i}-{2 * i}"))
        );
        await crumbs.AssertProblem(HttpStatusCode.RequestedRangeNotSatisfiable, "range-not-satisfiable");
        Assert.NotEqual("public, max-age=31536000, immutable", crumbs.Header("Cache-Control"));
    }

    [Fact]
    public async Task Goes_on_from_a_break_only_in_the_same_file()
    {
        await house.Put(PackPath, Pack);
        using var first = await house.Anonymous.GetAsync($"/content/{PackPath}");

        using var same = await Get(
            PackPath,
            new RangeHeaderValue(10, 19),
            new RangeConditionHeaderValue(first.Headers.ETag!)
        );
        Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
        using var other = await Get(PackPath, new RangeHeaderValue(10, 19), new RangeConditionHeaderValue("\"khac\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var weak = await Get(PackPath, "bytes=10-19", $"W/{first.Headers.ETag}");
        Assert.Equal(HttpStatusCode.OK, weak.StatusCode);
        using var since = await Get(PackPath, "bytes=10-19", "Wed, 25 Nov 2026 00:00:00 GMT");
        Assert.Equal(HttpStatusCode.OK, since.StatusCode);
    }

    [Fact]
    public async Task Answers_304_with_no_body_and_few_headers_when_nothing_changed()
    {
        const string Path = "metadata/timestamp.json";
        await house.Put(Path, "{\"version\":1}"u8.ToArray());
        using var first = await Eventually.Passes(async () =>
        {
            var answer = await house.Anonymous.GetAsync($"/content/{Path}");
            Assert.Equal("{\"version\":1}", await answer.Content.ReadAsStringAsync());
            return answer;
        });

        using var unchanged = await Poll(Path, first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(first.Headers.ETag, unchanged.Headers.ETag);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());
        Assert.InRange(
            unchanged.Headers.Concat(unchanged.Content.Headers).Sum(h => h.Key.Length + h.Value.Sum(v => v.Length)),
            1,
            300
        );

        await house.Put(Path, "{\"version\":2}"u8.ToArray());
        await Eventually.Passes(async () =>
        {
            using var changed = await Poll(Path, first.Headers.ETag!);
            Assert.Equal("{\"version\":2}", await changed.Content.ReadAsStringAsync());
            Assert.NotEqual(first.Headers.ETag, changed.Headers.ETag);
        });
    }

    [Fact]
    public async Task Answers_head_with_the_size_alone()
    {
        await house.Put(PackPath, Pack);
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/content/{PackPath}");
        using var response = await house.Anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(300_000, response.Content.Headers.ContentLength);
        using var missing = new HttpRequestMessage(HttpMethod.Head, "/content/metadata/99.root.json");
        using var answer = await house.Anonymous.SendAsync(missing);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Lets_nobody_remember_that_a_file_is_not_there_yet()
    {
        using var before = await house.Anonymous.GetAsync("/content/metadata/7.root.json");
        await before.AssertProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("no-cache", before.Header("Cache-Control"));

        await house.Put("metadata/7.root.json", "{}"u8.ToArray());
        using var after = await house.Anonymous.GetAsync("/content/metadata/7.root.json");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("blocks/aa")]
    [InlineData("readyz")]
    [InlineData("metadata")]
    [InlineData("metadata/")]
    [InlineData("metadata//timestamp.json")]
    [InlineData("metadata/.hidden")]
    [InlineData("metadata/%2e%2e%2fsecret")]
    [InlineData("metadata/..%2fsecret")]
    [InlineData("metadata/%252e%252e/secret")]
    [InlineData("metadata/..%5csecret")]
    [InlineData("metadata/a%00b")]
    [InlineData("metadata/a%0ab")]
    [InlineData("objects/tr%C3%A8")]
    public async Task Serves_nothing_but_paths_of_the_plane(string path)
    {
        await house.Put("secret", "bí mật"u8.ToArray());
        using var response = await house.Anonymous.GetAsync($"/content/{path}");

        Assert.True(
            response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest,
            $"{response.StatusCode}"
        );
        Assert.DoesNotContain("bí mật", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_for_reading_only()
    {
        foreach (var method in new[] { "PUT", "POST", "DELETE", "PATCH" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/content/{PackPath}");
            using var response = await house.Anonymous.SendAsync(request);

            await response.AssertProblem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
            Assert.Equal("GET, HEAD", response.Header("Allow"));
        }
    }

    [Fact]
    public async Task Serves_an_empty_file()
    {
        await house.Put("metadata/5.empty.json", []);

        using var whole = await house.Anonymous.GetAsync("/content/metadata/5.empty.json");
        Assert.Equal(0, whole.Content.Headers.ContentLength);
        using var part = await Get("metadata/5.empty.json", new RangeHeaderValue(0, 0));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, part.StatusCode);
    }

    private async Task<HttpResponseMessage> Get(string path, string range, string? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{path}");
        request.Headers.TryAddWithoutValidation("Range", range);
        if (ifRange is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Range", ifRange);
        }
        return await house.Anonymous.SendAsync(request);
    }

    private async Task<HttpResponseMessage> Get(
        string path,
        RangeHeaderValue range,
        RangeConditionHeaderValue? condition = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{path}");
        request.Headers.Range = range;
        request.Headers.IfRange = condition;
        return await house.Anonymous.SendAsync(request);
    }

    private async Task<HttpResponseMessage> Poll(string path, EntityTagHeaderValue known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/content/{path}");
        request.Headers.IfNoneMatch.Add(known);
        return await house.Anonymous.SendAsync(request);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
