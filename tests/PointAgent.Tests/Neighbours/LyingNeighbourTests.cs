using System.Text;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Tests.Pull;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.PointAgent.Tests.Neighbours;

/// <summary>Whatever a neighbour says or gives: it is named, left alone for a while, and the release comes from the server.</summary>
public sealed class LyingNeighbourTests : IAsyncLifetime
{
    private const string Holdings = "/v1/holdings";
    private const string File = "/v1/files/";
    private const string Lied = "gave what is not what is signed";
    private const string Failed = "is of no help";
    private static readonly byte[] Film = Made.Noise(1, 2_000_000);

    private static readonly Dictionary<string, (string At, string Found, Func<HttpContext, Task> Tell)> Lies = new()
    {
        ["other bytes in a file"] = (File, Lied, http => Send(http, Made.Noise(2, Film.Length))),
        ["another manifest"] = ("/v1/releases/", Lied, http => Send(http, "{}"u8.ToArray())),
        ["a manifest that never ends"] = ("/v1/releases/", Failed, Endless),
        ["an answer that never ends"] = (Holdings, Failed, Endless),
        ["an answer that is a login page"] = (Holdings, Failed, http => Send(http, "<html>"u8.ToArray())),
        ["an answer that is null"] = (Holdings, Failed, http => Send(http, "null"u8.ToArray())),
        ["an answer without files"] = (
            Holdings,
            Failed,
            http => Send(http, Encoding.UTF8.GetBytes($$"""{"self":"{{Guid.CreateVersion7()}}","hasRelease":true}"""))
        ),
        ["an answer that drips"] = (Holdings, Failed, Drip),
        ["no answer"] = (Holdings, Failed, Hang),
        ["no answer to the request for a file"] = (File, Failed, Hang),
        ["a file that ends early"] = (File, Failed, http => Send(http, Film[..500_000])),
        ["a file that breaks off"] = (File, Failed, http => BadLink.SendRange(http, Film, cutAfter: 500_000)),
        ["a file that stands still"] = (File, Failed, http => BadLink.SendRange(http, Film, 500_000, hang: true)),
        ["a file that never ends and is another"] = (File, Lied, Endless),
        ["a file that comes too slowly"] = (
            File,
            Failed,
            http => BadLink.SendRange(http, Film, pause: TimeSpan.FromMilliseconds(500))
        ),
        ["what it says it has and has not"] = (File, Failed, http => Status(http, 404)),
        ["a part instead of the whole"] = (File, Failed, http => Status(http, 206)),
        ["a redirect elsewhere"] = (
            File,
            Failed,
            http =>
            {
                http.Response.Redirect($"http://127.0.0.1:{http.Connection.LocalPort}/elsewhere");
                return Task.CompletedTask;
            }
        ),
        ["headers without end"] = (
            File,
            Failed,
            http =>
            {
                for (var i = 0; i < 100; i++)
                    http.Response.Headers[$"x-{i}"] = new string('x', 1000);
                return Send(http, Film);
            }
        ),
    };

    private Headquarters _headquarters = null!;

    public static TheoryData<string> All => [.. Lies.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Nothing_is_gained_by(string lie)
    {
        (string, string, byte[])[] files = [("phim.mp4", "video/mp4", Film)];
        var release = await _headquarters.Publish("a/b", 1, files);
        await using var stranger = await Stranger.Open(release, files);
        var (at, found, tell) = Lies[lie];
        stranger.Lie = async (http, path) =>
        {
            if (!path.StartsWith(at, StringComparison.Ordinal))
                return path == "/elsewhere";
            await tell(http);
            return true;
        };
        await using var point = await Point.Open(_headquarters, told: NextDoor.At(FreePort.Take(), stranger.Port));
        await point.Shows("a/b", 1, TimeSpan.FromMinutes(2));

        await WaysTests.HasAll(point, release, files);
        var name = $"127.0.0.1:{stranger.Port}";
        Assert.Contains(
            point.Log,
            l => l.Contains(name, StringComparison.Ordinal) && l.Contains(found, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(stranger.Asked, a => a.Path == "/elsewhere");
        Assert.Contains(
            found == Lied ? $"{name}: đưa dữ liệu sai nên tạm thời không dùng" : $"{name}: chưa trả lời",
            await point.Page("/trang-thai"),
            StringComparison.Ordinal
        );
        Assert.Equal(release.Pack.Size, _headquarters.BytesServed(release.Pack.PlanePath));
        // Not asked again.
        Assert.False(point.Services.GetRequiredService<Neighbourhood>().Present.Single().IsToBeAsked);
        var asked = stranger.Asked.Count;
        await _headquarters.Publish("a/c", 1, [Made.Page("sau")]);
        await point.Shows("a/c", 1);
        Assert.Equal(asked, stranger.Asked.Count);
    }

    [Fact]
    public async Task The_whole_instead_of_the_rest_is_not_read()
    {
        (string, string, byte[])[] files = [("phim.mp4", "video/mp4", Film)];
        var release = await _headquarters.Publish("a/b", 1, files);
        await using var dying = await Stranger.Open(release, files);
        await using var second = await Stranger.Open(release, files);
        dying.Lie = second.Lie = async (http, path) =>
        {
            if (!path.StartsWith(File, StringComparison.Ordinal))
                return false;
            if (http.Request.Headers.Range.Count == 0)
                await BadLink.SendRange(http, Film, cutAfter: 1_000_000);
            else
                await Send(http, Film);
            return true;
        };
        await using var point = await Point.Open(
            _headquarters,
            told: NextDoor.At(FreePort.Take(), dying.Port, second.Port)
        );
        await point.Shows("a/b", 1);
        Assert.Contains(point.Log, l => l.Contains("Answered 200, not 206", StringComparison.Ordinal));
        await WaysTests.HasAll(point, release, files);
        Assert.Equal(release.Pack.Size, _headquarters.BytesServed(release.Pack.PlanePath));
    }

    [Fact]
    public async Task Who_began_a_file_with_other_bytes_does_not_discredit_who_ends_it()
    {
        (string, string, byte[])[] files = [("phim.mp4", "video/mp4", Film)];
        var release = await _headquarters.Publish("a/b", 1, files);
        await using var liar = await Stranger.Open(release, files);
        await using var honest = await Stranger.Open(release, files);
        liar.Lie = async (http, path) =>
        {
            if (!path.StartsWith(File, StringComparison.Ordinal))
                return false;
            await BadLink.SendRange(http, Made.Noise(2, Film.Length), cutAfter: 1_000_000);
            return true;
        };
        var isLate = true;
        honest.Lie = async (_, path) =>
        {
            // So that the liar comes first.
            if (isLate && path == Holdings)
                await Eventually.Holds(() => Task.FromResult(liar.Asked.Any(a => a.Path == Holdings)));
            isLate = false;
            return false;
        };
        await using var point = await Point.Open(
            _headquarters,
            told: NextDoor.At(FreePort.Take(), liar.Port, honest.Port)
        );
        await point.Shows("a/b", 1);
        await WaysTests.HasAll(point, release, files);
        Assert.Equal(0, _headquarters.BytesServed(release.Pack.PlanePath));
        Assert.Equal(["", "bytes=1000000-"], Ranges(honest).Order().Distinct());
    }

    public async ValueTask InitializeAsync() => _headquarters = await Headquarters.Open();

    public async ValueTask DisposeAsync() => await _headquarters.DisposeAsync();

    private static IEnumerable<string> Ranges(Stranger stranger) =>
        stranger.Asked.Where(a => a.Path.StartsWith(File, StringComparison.Ordinal)).Select(a => a.Range);

    private static Task Send(HttpContext http, byte[] bytes) =>
        http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();

    private static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Hang(HttpContext http) =>
        Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private static async Task Endless(HttpContext http)
    {
        for (var noise = new byte[64 * 1024]; !http.RequestAborted.IsCancellationRequested; )
            await http
                .Response.Body.WriteAsync(noise, http.RequestAborted)
                .AsTask()
                .ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task Drip(HttpContext http)
    {
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.Body.WriteAsync(" "u8.ToArray()).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
            await http.Response.Body.FlushAsync().ContinueWith(_ => { }, TaskScheduler.Default);
            await Task.Delay(200);
        }
    }
}
