using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>A point that shows a release, and the next one with its delta, which nobody knows of yet.</summary>
internal sealed class Update : IAsyncDisposable
{
    private (string Path, string MediaType, byte[] Content)[] _files = [];

    public required Headquarters Headquarters { get; init; }
    public required Point Point { get; init; }
    public required ReleaseManifest First { get; init; }
    public required ReleaseManifest Next { get; init; }
    public required DeltaReference Delta { get; set; }

    /// <summary>In both releases the same.</summary>
    public byte[] Picture { get; } = Made.Noise(5, 200_000);

    /// <param name="news">Bytes of a film that is new.</param>
    /// <param name="disk">Where the point keeps its data.</param>
    /// <param name="time">Everybody's clock.</param>
    /// <param name="told">What else the point is told.</param>
    public static async Task<Update> Prepare(
        int news = 40_000,
        string? disk = null,
        TimeProvider? time = null,
        Func<AgentOptions, AgentOptions>? told = null
    )
    {
        var headquarters = await Headquarters.Open(time);
        var picture = ("anh.jpg", "image/jpeg", Made.Noise(5, 200_000));
        var first = await headquarters.Publish("a/b", 1, [.. Made.Site(30), picture, Made.Film(1, 600_000)]);
        (string, string, byte[])[] files =
        [
            .. Made.Site(30, (7, "nước lên")),
            picture,
            (
                "phim.mp4",
                "video/mp4",
                [.. Made.Noise(1, 600_000)[..300_000], 1, 2, 3, .. Made.Noise(1, 600_000)[300_000..]]
            ),
            Made.Film(2, news, "them.mp4"),
        ];
        var next = await headquarters.Build("a/b", 2, files);
        var update = new Update
        {
            Headquarters = headquarters,
            Point = await Point.Open(headquarters, time, told, folder: disk),
            First = first,
            Next = next,
            Delta = await headquarters.Delta(first, next),
            _files = files,
        };
        await update.Point.Shows("a/b", 1);
        headquarters.Served.Clear();
        return update;
    }

    public void IsAnnounced() => Headquarters.Announce(Next, deltas: [Delta]);

    /// <summary>Until the screen shows it, every file as it should be.</summary>
    public async Task Happens()
    {
        IsAnnounced();
        await IsShown();
    }

    public async Task IsShown()
    {
        await Point.Shows("a/b", 2, TimeSpan.FromSeconds(120));
        await WaysTests.HasAll(Point, Next, _files);
    }

    public async ValueTask DisposeAsync()
    {
        await Point.DisposeAsync();
        await Headquarters.DisposeAsync();
    }
}
