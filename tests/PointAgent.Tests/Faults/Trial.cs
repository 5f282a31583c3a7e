using System.Net;
using System.Text;
using LaiChau.Distribution.Content;
using LaiChau.Testing;
using Microsoft.AspNetCore.Http;

namespace LaiChau.PointAgent.Tests.Faults;

/// <summary>
/// The agent as a process whose world fails, and what must hold of it all the same: a release is shown whole or not at all, what the server was told
/// stays true, and once the world is well again everything arrives, is told once and leaves nothing behind.
/// </summary>
internal sealed class Trial : IAsyncDisposable
{
    private readonly Headquarters _headquarters;
    private readonly DirectoryInfo? _own;
    private readonly Random _random;
    private readonly List<Published> _published = [];
    private readonly byte[] _film;
    private bool _isCutOff;
    private Action? _beforeContent;

    private Trial(Headquarters headquarters, string? folder, int seed)
    {
        _own = folder is null ? Directory.CreateTempSubdirectory("point-") : null;
        (_headquarters, _random) = (headquarters, new Random(seed));
        Folder = folder ?? _own!.FullName;
        _film = Made.Noise(seed, 400_000);
        headquarters.Misbehave = (http, path) =>
        {
            http.Response.StatusCode = _isCutOff ? 503 : 200;
            if (path.StartsWith("objects/", StringComparison.Ordinal))
                Interlocked.Exchange(ref _beforeContent, null)?.Invoke();
            return Task.FromResult(_isCutOff);
        };
    }

    private sealed record Published(
        ReleaseManifest Manifest,
        (string Path, string MediaType, byte[] Content)[] Files,
        bool IsRecalled
    )
    {
        public Guid Id => Manifest.Release.ReleaseId;
        public string Package => Manifest.Release.Package;
        public int Version => Manifest.Release.Version;
    }

    /// <summary>Called once, when the point has asked for content and before any is given.</summary>
    public Action BeforeContent
    {
        set => _beforeContent = value;
    }

    public ServiceProcess Agent { get; private set; } = null!;

    public string Folder { get; }

    /// <summary>An agent that shows a first version and an alert.</summary>
    public static async Task<Trial> Open(int seed, string? folder = null)
    {
        var trial = new Trial(await Headquarters.Open(), folder, seed);
        await trial.Publish();
        trial.Agent = await ServiceProcess.Start(
            "services/PointAgent",
            new Dictionary<string, string?>
            {
                ["Agent:Server"] = trial._headquarters.Address.ToString(),
                ["Agent:DataFolder"] = trial.Folder,
                ["Agent:Urls"] = "{url}",
                ["Agent:EnrolmentCode"] = "MAU-0001",
                ["Agent:Neighbours"] = "",
                ["Agent:PollSeconds"] = "0.2",
                ["Agent:ReportSeconds"] = "0.2",
            },
            readyPath: "/"
        );
        await trial.AllArrives();
        return trial;
    }

    /// <summary>The next version of the package, by a delta more often than not; a new alert, and the one before recalled.</summary>
    public async Task Publish()
    {
        var old = _published.LastOrDefault(p => p.Package == "a/b");
        var version = (old?.Version ?? 0) + 1;
        _film[_random.Next(_film.Length)] ^= 1;
        (string, string, byte[])[] files =
        [
            ("ban.html", "text/html", Encoding.UTF8.GetBytes($"<p>Bản {version}</p>")),
            .. Made.Site(12, (_random.Next(1, 12), $"bản {version}")),
            Made.Film([.. _film]),
            Made.Film(version, _random.Next(200_000), $"them{version}.mp4"),
        ];
        var next = new Published(await _headquarters.Build("a/b", version, files), files, IsRecalled: false);
        var deltas = old is not null && _random.Next(3) > 0 ? new[] { old.Manifest } : [];
        _headquarters.Announce(
            next.Manifest,
            deltas: [.. await Task.WhenAll(deltas.Select(from => _headquarters.Delta(from, next.Manifest)))]
        );
        _published.Add(next);

        if (_published.FindIndex(p => p.Package != "a/b" && !p.IsRecalled) is >= 0 and var at)
        {
            _headquarters.Recall(_published[at].Manifest);
            _published[at] = _published[at] with { IsRecalled = true };
        }
        (string, string, byte[])[] alert = [Made.Page($"lũ quét {version}")];
        var told = await _headquarters.Publish(
            $"tin/{version}",
            1,
            alert,
            r => r with { Priority = ReleasePriority.Urgent }
        );
        _published.Add(new(told, alert, IsRecalled: false));
    }

    /// <summary>Starts the agent where there is no network, and looks.</summary>
    /// <returns>True when the newest version is there.</returns>
    public async Task<bool> StartsWhole()
    {
        _isCutOff = true;
        await Agent.Start();
        await IsWhole();
        var shown = await Seen([.. _published.Where(p => p.Package == "a/b")]);
        _isCutOff = false;
        return shown?.Version == _published.Max(p => p.Version);
    }

    /// <summary>What the server was told is so, and nothing is torn.</summary>
    public async Task IsWhole()
    {
        var (shown, removed) = (Told("shown"), Told("removed"));
        foreach (var package in _published.GroupBy(p => p.Package))
        {
            var seen = await Seen(package);
            var atLeast = package.Where(p => shown.Contains(p.Id)).Max(p => (int?)p.Version);
            if (package.Last().IsRecalled)
                Assert.True(seen is null || !removed.Contains(seen.Id), $"{package.Key} came back");
            else
                Assert.True(seen?.Version >= atLeast || atLeast is null, $"{package.Key} {atLeast} was lost");
        }
    }

    /// <summary>The newest of everything is shown and told of once, and the disk holds no file that is not of it.</summary>
    public Task AllArrives() => Eventually.Passes(HasAll, TimeSpan.FromSeconds(120));

    public Task AllArrivesOrItEnds() =>
        Eventually.Passes(() => Agent.IsRunning ? HasAll() : Task.CompletedTask, TimeSpan.FromSeconds(120));

    /// <summary>The server has been told that the newest is shown.</summary>
    public Task IsTold() => Eventually.Holds(() => Task.FromResult(Told("shown").Contains(_published[^1].Id)));

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await _headquarters.DisposeAsync();
        _own?.Delete(recursive: true);
    }

    /// <summary>The officer reads that the disk is full.</summary>
    public async Task<bool> SaysFull() =>
        WebUtility
            .HtmlDecode(await Agent.Client.GetStringAsync("/trang-thai"))
            .Contains("Đĩa đã đầy", StringComparison.Ordinal);

    public async Task HasAll()
    {
        var newest = _published.Where(p => !p.IsRecalled).GroupBy(p => p.Package).Select(p => p.Last()).ToList();
        foreach (var package in _published.GroupBy(p => p.Package))
            Assert.Equal(newest.Find(n => n.Package == package.Key)?.Id, (await Seen(package))?.Id);
        var files = new DirectoryInfo(Path.Combine(Folder, "files"));
        Assert.Equal(
            newest.SelectMany(n => n.Manifest.Files).Select(f => f.Sha256.ToString()).Distinct().Order(),
            files.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name).Order()
        );
        foreach (var release in newest)
            Assert.Single(_headquarters.EventsOf("shown"), e => (Guid)e["releaseId"]! == release.Id);
    }

    private HashSet<Guid> Told(string kind) => [.. _headquarters.EventsOf(kind).Select(e => (Guid)e["releaseId"]!)];

    /// <summary>The version of a package that is shown, each file of which must be its own; the first tells which one it is.</summary>
    private async Task<Published?> Seen(IEnumerable<Published> versions)
    {
        while (true)
        {
            var first = await File(versions.First(), 0);
            if (first is null)
                return null;
            var seen = versions.Single(v => Same(v.Files[0].Content, first));
            var torn = new List<string>();
            for (var file = 1; file < seen.Files.Length; file++)
                if (!Same(seen.Files[file].Content, await File(seen, file)))
                    torn.Add(seen.Files[file].Path);
            // Another one may have taken its place meanwhile.
            if (!Same(first, await File(seen, 0)))
                continue;
            Assert.True(torn.Count == 0, $"{seen.Package} {seen.Version} is torn: {string.Join(' ', torn)}");
            return seen;
        }
    }

    private static bool Same(byte[] one, byte[]? other) => one.AsSpan().SequenceEqual(other);

    private async Task<byte[]?> File(Published of, int file)
    {
        using var answer = await Agent.Client.GetAsync($"/r/{of.Package}/{of.Files[file].Path}");
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
