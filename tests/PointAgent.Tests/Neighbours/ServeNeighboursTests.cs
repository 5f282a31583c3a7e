using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution;
using LaiChau.PointAgent.Tests.Pull;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>What a point gives to others, to whom, and what not.</summary>
public sealed class ServeNeighboursTests : IAsyncLifetime
{
    private readonly int _port = FreePort.Take();
    private readonly HttpClient _client = new();
    private Headquarters _headquarters = null!;

    public async ValueTask InitializeAsync()
    {
        _headquarters = await Headquarters.Open();
        _client.BaseAddress = new Uri($"http://127.0.0.1:{_port}/v1/");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _headquarters.DisposeAsync();
    }

    [Fact]
    public async Task What_is_recalled_is_not_given_any_more()
    {
        var page = Made.Page("sai");
        var release = await _headquarters.Publish("a/b", 1, [page]);
        await using var point = await Open();
        await point.Shows("a/b", 1);
        var (file, manifest) = (FileOf(page.Item3), $"releases/{release.Release.ReleaseId}/manifest");
        Assert.Equal(page.Item3, await _client.GetByteArrayAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(
            release.ToBytes(),
            await _client.GetByteArrayAsync(manifest, TestContext.Current.CancellationToken)
        );
        Assert.True((bool)(await Holdings(release.Release.ReleaseId))["hasRelease"]!);

        _headquarters.Recall(release);
        await point.ShowsNot("a/b");
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(file));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(manifest));
        var said = await Holdings(release.Release.ReleaseId, Sha256Digest.Of(page.Item3).ToString());
        Assert.False((bool)said["hasRelease"]!);
        Assert.Empty(said["files"]!.AsArray());
    }

    [Fact]
    public async Task What_is_recalled_in_the_middle_of_a_transfer_ends_there()
    {
        var film = Made.Film(1, 60_000_000);
        var release = await _headquarters.Publish("a/b", 1, [film]);
        await using var point = await Open();
        await point.Shows("a/b", 1, TimeSpan.FromMinutes(2));
        using var answer = await _client.GetAsync(
            FileOf(film.Item3),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[1_000_000], TestContext.Current.CancellationToken);
        _headquarters.Recall(release);
        await point.ShowsNot("a/b");
        await Assert.ThrowsAnyAsync<IOException>(() =>
            body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task What_is_spoilt_or_on_its_way_is_not_given()
    {
        var (page, film) = (Made.Page("tốt"), Made.Film(1, 1_000_000));
        await _headquarters.Publish("a/b", 1, [page]);
        await using var point = await Open();
        await point.Shows("a/b", 1);
        var coming = await _headquarters.Build("a/film", 1, [film]);
        BadLink.Crawl(_headquarters, coming.Pack.PlanePath, milliseconds: 300, () => true);
        _headquarters.Announce(coming);
        await Eventually.Holds(() => Task.FromResult(point.BytesPulled() > 100_000));
        var said = await Holdings(coming.Release.ReleaseId, Sha256Digest.Of(film.Item3).ToString());
        Assert.False((bool)said["hasRelease"]!);
        Assert.Empty(said["files"]!.AsArray());
        Assert.InRange((long)said["coming"]!, 100_000, 1_100_000);
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(FileOf(film.Item3)));

        point.Shelf.Lose(Sha256Digest.Of(page.Item3).ToString());
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(FileOf(page.Item3)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("files")]
    [InlineData("files/")]
    [InlineData("releases")]
    [InlineData("holdings")]
    [InlineData("files/..%2f..%2fagent.db")]
    [InlineData("files/../../agent.db")]
    [InlineData("files/0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("/")]
    [InlineData("/trang-thai")]
    public async Task Nothing_else_is_answered_and_nothing_is_listed(string path)
    {
        await _headquarters.Publish("a/b", 1, [Made.Page("mẫu")]);
        await using var point = await Open();
        await point.Shows("a/b", 1);
        using var answer = await _client.GetAsync(
            new Uri(path, UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"release":"x","files":[]}""")]
    [InlineData(
        """{"asker":"00000000-0000-0000-0000-000000000000","release":"00000000-0000-0000-0000-000000000000","held":0,"files":null}"""
    )]
    public async Task A_question_that_is_none_is_refused(string question)
    {
        await using var point = await Open();
        using var content = new StringContent(question);
        using var answer = await _client.PostAsync(
            new Uri("holdings", UriKind.Relative),
            content,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(point.Log, l => l.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_from_elsewhere_is_served()
    {
        await using var point = await Point.Open(
            _headquarters,
            told: o => NextDoor.At(_port, 1)(o) with { NeighbourNetworks = [IPNetwork.Parse("192.168.0.0/16")] }
        );
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => StatusOf("files/x"));
        Assert.NotNull(await point.File("/"));
    }

    [Fact]
    public async Task Nobody_elsewhere_is_asked()
    {
        var release = await _headquarters.Publish("a/b", 1, [Made.Page("mẫu")]);
        await using var stranger = await Stranger.Open(release, [Made.Page("mẫu")]);
        await using var point = await Point.Open(
            _headquarters,
            told: o =>
                NextDoor.At(_port, stranger.Port)(o) with
                {
                    NeighbourNetworks = [IPNetwork.Parse("192.168.0.0/16")],
                }
        );
        await point.Shows("a/b", 1);
        Assert.Empty(stranger.Asked);
        Assert.Contains(point.Log, l => l.Contains("is not in 192.168.0.0/16", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("169.254.7.7", true)]
    [InlineData("::ffff:192.168.1.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("fe80::1%2", true)]
    [InlineData("fd12::1", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("224.0.0.251", false)]
    public void Near_are_private_and_link_local_addresses(string address, bool isNear) =>
        Assert.Equal(
            isNear,
            PointAgent.Neighbours.NearNetworks.Includes(
                PointAgent.Neighbours.NearNetworks.Private,
                IPAddress.Parse(address)
            )
        );

    [Fact]
    public async Task No_more_than_eight_transfers_run_at_once()
    {
        var film = Made.Film(1, 60_000_000);
        await _headquarters.Publish("a/b", 1, [film]);
        await using var point = await Open();
        await point.Shows("a/b", 1, TimeSpan.FromMinutes(2));
        var running = new List<HttpResponseMessage>();
        try
        {
            HttpStatusCode Next() => running[^1].StatusCode;
            for (var i = 0; i < 8; i++)
            {
                running.Add(await Begin());
                Assert.Equal(HttpStatusCode.OK, Next());
            }
            running.Add(await Begin());
            Assert.Equal(HttpStatusCode.ServiceUnavailable, Next());
            Assert.NotNull(await point.File("/"));
        }
        finally
        {
            running.ForEach(r => r.Dispose());
        }

        Task<HttpResponseMessage> Begin() =>
            _client.GetAsync(
                FileOf(film.Item3),
                HttpCompletionOption.ResponseHeadersRead,
                TestContext.Current.CancellationToken
            );
    }

    [Fact]
    public async Task A_port_that_is_taken_leaves_the_portal_up()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.IPv6Any, _port);
        taken.Server.DualMode = true;
        taken.Start();
        await _headquarters.Publish("a/b", 1, [Made.Page("mẫu")]);
        await using var point = await Open();
        await point.Shows("a/b", 1);
        Assert.Contains(point.Log, l => l.Contains("cannot be served at port", StringComparison.Ordinal));
    }

    private Task<Point> Open() => Point.Open(_headquarters, told: NextDoor.At(_port, 1));

    private static Uri FileOf(byte[] content) => new($"files/{Sha256Digest.Of(content)}", UriKind.Relative);

    private Task<HttpStatusCode> StatusOf(string path) => StatusOf(new Uri(path, UriKind.Relative));

    private async Task<HttpStatusCode> StatusOf(Uri path)
    {
        using var answer = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<JsonNode> Holdings(Guid release, params string[] files)
    {
        using var answer = await _client.PostAsJsonAsync(
            "holdings",
            new
            {
                asker = Guid.CreateVersion7(),
                release,
                held = 0,
                files,
            },
            TestContext.Current.CancellationToken
        );
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }
}
