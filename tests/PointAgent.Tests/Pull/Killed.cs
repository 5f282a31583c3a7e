using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Pull;

/// <summary>The agent as a process of its own, to be killed; it shows a release, and the next one with its delta is in the plane.</summary>
internal sealed class Killed : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("point-");
    private (string Path, string MediaType, byte[] Content)[] _files = [];

    public required Headquarters Headquarters { get; init; }
    public required ReleaseManifest Next { get; init; }
    public required DeltaReference Delta { get; init; }
    public ServiceProcess Agent { get; private set; } = null!;

    /// <summary>Bytes of content until the first release was shown.</summary>
    public long Served { get; private set; }
    public string Folder => _folder.FullName;

    public static async Task<Killed> Prepare(int news, int film = 300_000, long? monthlyBytes = null)
    {
        var headquarters = await Headquarters.Open();
        var old = Made.Noise(1, film);
        var first = await headquarters.Publish("a/b", 1, [.. Made.Site(20), Made.Film(old)]);
        (string, string, byte[])[] files =
        [
            .. Made.Site(20, (3, "mới")),
            Made.Film([.. old[..(film / 2)], 7, .. old[(film / 2)..]]),
            Made.Film(2, news, "them.mp4"),
        ];
        var next = await headquarters.Build("a/b", 2, files);
        var killed = new Killed
        {
            Headquarters = headquarters,
            Next = next,
            Delta = await headquarters.Delta(first, next),
            _files = files,
        };
        killed.Agent = await ServiceProcess.Start(
            "services/PointAgent",
            new Dictionary<string, string?>
            {
                ["Agent:Server"] = headquarters.Address.ToString(),
                ["Agent:DataFolder"] = killed.Folder,
                ["Agent:Urls"] = "{url}",
                ["Agent:EnrolmentCode"] = "MAU-0001",
                ["Agent:Neighbours"] = "",
                ["Agent:PollSeconds"] = "0.3",
                ["Agent:ReportSeconds"] = "0.3",
                ["Agent:MonthlyBytes"] = monthlyBytes?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            readyPath: "/"
        );
        await Eventually.Holds(
            async () => await killed.File("phim.mp4") is { } shown && shown.AsSpan().SequenceEqual(old),
            TimeSpan.FromSeconds(90)
        );
        killed.Served = headquarters.Served.Sum(s => s.Bytes);
        headquarters.Served.Clear();
        return killed;
    }

    public async Task IsShown()
    {
        await Eventually.Holds(async () => await File("them.mp4") is not null, TimeSpan.FromSeconds(120));
        foreach (var (path, _, content) in _files)
            Assert.Equal(content, await File(path));
    }

    public string Stored(byte[] content)
    {
        var name = Sha256Digest.Of(content).ToString();
        return Path.Combine(Folder, "files", name[..2], name);
    }

    public long BytesPulled() =>
        new DirectoryInfo(Path.Combine(Folder, "pulls")) is { Exists: true } pulls
            ? pulls.EnumerateFiles().Sum(f => f.Length)
            : 0;

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await Headquarters.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<byte[]?> File(string path)
    {
        using var answer = await Agent.Client.GetAsync($"/r/a/b/{path}");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync() : null;
    }
}
