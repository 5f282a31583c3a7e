using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.PointAgent.Tests.Library;

/// <summary>A disk that changes what it was given is found out, and what it has spoilt comes anew: that, and no more.</summary>
public sealed class ScrubTests
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(2);
    private readonly byte[] _film = Made.Noise(1, 2_000_000);

    [Fact]
    public async Task What_the_disk_has_spoilt_is_found_and_comes_anew()
    {
        await using var headquarters = await Headquarters.Open();
        var (manifest, point) = await Scrubbed(headquarters);
        await using var _ = point;

        Spoil(point);

        await Eventually.Passes(() =>
        {
            var removed = Assert.Single(headquarters.EventsOf("removed"));
            Assert.Equal(
                ("damaged", manifest.Release.ReleaseId),
                ((string?)removed["reason"], (Guid)removed["releaseId"]!)
            );
            return Task.CompletedTask;
        });
        await point.Shows("a/b", 1);
        Assert.Equal(_film, await point.File("/r/a/b/phim.mp4"));
        Assert.InRange(headquarters.BytesServed(manifest.Pack.PlanePath), 1, 150_000);
        Assert.Contains("nguyên vẹn", await point.Page("/trang-thai"), StringComparison.Ordinal);
        Assert.Equal(2_000_000, new FileInfo(point.Stored(_film)).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_film_whose_own_tables_are_spoilt_comes_for_the_price_of_these(bool isMp4)
    {
        await using var headquarters = await Headquarters.Open();
        var film = isMp4 ? new Film(1, 400).Mp4(isIndexFirst: true) : new Film(1, 400).Matroska();
        var manifest = await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(film)]);
        await using var point = await Point.Open(headquarters, told: o => o with { Scrub = Often });
        await point.Shows("a/b", 1);
        headquarters.Served.Clear();

        // What the index is called, or how long a block in the midst is.
        Spoil(point, film, isMp4 ? film.AsSpan().IndexOf("moov"u8) : BlockIn(film) + 6);

        // It may be off the screen for a moment only.
        await Eventually.Holds(() =>
            Task.FromResult(point.Log.Any(l => l.Contains("The disk has spoilt a file", StringComparison.Ordinal)))
        );
        await point.Shows("a/b", 1);
        Assert.Equal(film, await point.File("/r/a/b/phim.mp4"));
        Assert.InRange(headquarters.BytesServed(manifest.Pack.PlanePath), 1, 150_000);

        static int BlockIn(ReadOnlySpan<byte> film) =>
            (film.Length / 2) + film[(film.Length / 2)..].IndexOf<byte>([0xA3, 0x01, 0, 0, 0]);
    }

    [Fact]
    public async Task Without_a_link_the_rest_goes_on_and_what_is_good_of_the_spoilt_is_kept_over_a_restart()
    {
        await using var headquarters = await Headquarters.Open();
        var (manifest, point) = await Scrubbed(headquarters);
        await using var _ = point;
        headquarters.Misbehave = (http, _) =>
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.FromResult(true);
        };

        Spoil(point);
        await point.ShowsNot("a/b");
        await point.Stop();
        await point.Start();

        Assert.Null(point.Shelf.Find("a/b"));
        Assert.Equal(1, point.Shelf.Find("c/d")?.Version);
        headquarters.Misbehave = (_, _) => Task.FromResult(false);
        await point.Shows("a/b", 1);
        Assert.Equal(_film, await point.File("/r/a/b/phim.mp4"));
        Assert.InRange(headquarters.BytesServed(manifest.Pack.PlanePath), 1, 150_000);
    }

    [Fact]
    public async Task What_was_spoilt_goes_with_its_recall_and_gives_way_to_the_next()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(_film)]);
        var other = await headquarters.Publish("c/d", 1, [Made.Page("khác"), Made.Film(2, 500_000)]);
        await using var point = await Point.Open(headquarters, told: o => o with { Scrub = Often });
        await point.Shows("a/b", 1);
        await point.Shows("c/d", 1);
        headquarters.Misbehave = (http, path) =>
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.FromResult(path.StartsWith("objects/", StringComparison.Ordinal));
        };
        Spoil(point);
        Spoil(point, Made.Noise(2, 500_000));
        await point.ShowsNot("a/b");
        await point.ShowsNot("c/d");

        headquarters.Recall(other);
        var next = await headquarters.Publish("a/b", 2, [Made.Page("hai")]);
        headquarters.Misbehave = (_, _) => Task.FromResult(false);

        await point.Shows("a/b", 2);
        await point.Keeps(next.Size);
        Assert.DoesNotContain(point.Shelf.Kept, r => r.Package == "c/d");
    }

    [Fact]
    public async Task Broken_off_it_goes_on_with_the_next_file()
    {
        byte[][] films =
        [
            .. new[] { Made.Noise(3, 300_000), Made.Noise(4, 300_000) }.OrderBy(NameOf, StringComparer.Ordinal),
        ];
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Film(films[0])]);
        await headquarters.Publish("c/d", 1, [Made.Film(films[1])]);
        await using var point = await Point.Open(headquarters);
        await point.Shows("a/b", 1);
        await point.Shows("c/d", 1);
        point
            .Services.GetRequiredService<AgentDb>()
            .Write(c =>
                c.Remember(
                    Facts.Scrub,
                    new ScrubResult(TimeProvider.System.GetUtcNow(), 300_000, 0, NameOf(films[0])),
                    AgentJson.Default.ScrubResult
                )
            );
        await point.Stop();
        Spoil(point, films[0]);
        Spoil(point, films[1]);
        point.Told = o => o with { Scrub = TimeSpan.FromSeconds(90) };
        await point.Start();

        var scrub = point.Services.GetRequiredService<Scrub>();
        await Eventually.Holds(() => Task.FromResult(scrub.Last is { After: null }));

        Assert.Equal((300_000L, 1), (scrub.Last!.Bytes, scrub.Last.Spoilt));
    }

    private static string NameOf(byte[] content) => Sha256Digest.Of(content).ToString();

    /// <summary>A point that shows two packages, one with the film, and reads its disk all the time.</summary>
    private async Task<(ReleaseManifest, Point)> Scrubbed(Headquarters headquarters)
    {
        var manifest = await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(_film)]);
        await headquarters.Publish("c/d", 1, [Made.Page("khác")]);
        var point = await Point.Open(headquarters, told: o => o with { Scrub = Often });
        await point.Shows("a/b", 1);
        await point.Shows("c/d", 1);
        headquarters.Served.Clear();
        return (manifest, point);
    }

    private void Spoil(Point point) => Spoil(point, _film);

    private static void Spoil(Point point, byte[] content) => Spoil(point, content, content.Length / 2);

    private static void Spoil(Point point, byte[] content, int at)
    {
        using var file = new FileStream(point.Stored(content), FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        file.WriteByte((byte)(content[at] ^ 1));
    }
}
