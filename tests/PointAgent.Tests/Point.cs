using System.Collections.Concurrent;
using System.Net;
using LaiChau.Distribution;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LaiChau.PointAgent.Tests;

/// <summary>The agent in this process, enrolled at a headquarters and asking it several times a second.</summary>
internal sealed class Point : IAsyncDisposable
{
    private readonly Headquarters _headquarters;
    private readonly DirectoryInfo _folder;
    private readonly TimeProvider? _time;
    private WebApplication? _app;

    private Point(Headquarters headquarters, TimeProvider? time, Func<AgentOptions, AgentOptions>? told, string? folder)
    {
        _folder = folder is null ? Directory.CreateTempSubdirectory("point-") : new DirectoryInfo(folder);
        (_headquarters, _time, Told) = (headquarters, time, told ?? (options => options));
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Take()}") };
    }

    public HttpClient Client { get; }

    public string Folder => _folder.FullName;

    public IServiceProvider Services => _app!.Services;

    public bool IsRunning => _app is not null;

    public Shelf Shelf => Services.GetRequiredService<Shelf>();

    /// <summary>What else it is told at its next start.</summary>
    public Func<AgentOptions, AgentOptions> Told { get; set; }

    /// <summary>What the agent has said.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public static async Task<Point> Open(
        Headquarters headquarters,
        TimeProvider? time = null,
        Func<AgentOptions, AgentOptions>? told = null,
        string? folder = null
    )
    {
        var point = Prepare(headquarters, time, told, folder);
        await point.Start();
        return point;
    }

    /// <summary>Not started yet.</summary>
    public static Point Prepare(
        Headquarters headquarters,
        TimeProvider? time = null,
        Func<AgentOptions, AgentOptions>? told = null,
        string? folder = null
    ) => new(headquarters, time, told, folder);

    public async Task Start(Uri? server = null)
    {
        _app = PointAgentApp.Build(
            Told(
                new AgentOptions
                {
                    Server = server ?? _headquarters.Address,
                    DataFolder = Folder,
                    Urls = Client.BaseAddress!.ToString(),
                    EnrolmentCode = "MAU-0001",
                    Poll = TimeSpan.FromSeconds(0.3),
                    Report = TimeSpan.FromSeconds(0.3),
                    Stall = TimeSpan.FromSeconds(15),
                    Sticks = [],
                    Look = TimeSpan.FromSeconds(0.1),
                }
            ),
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(new TestLog(Log));
                if (_time is not null)
                    builder.Services.AddSingleton(_time);
            }
        );
        await _app.StartAsync();
    }

    public async Task Stop()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public int EventsKept =>
        (int)Services.GetRequiredService<AgentDb>().Read(c => c.Scalar<long>("SELECT count(*) FROM event"));

    public async Task<byte[]?> File(string path)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsByteArrayAsync() : null;
    }

    public Task Shows(string package, int version, TimeSpan? within = null) =>
        Eventually.Passes(
            () =>
            {
                Assert.Equal(version, Shelf.Find(package)?.Version);
                return Task.CompletedTask;
            },
            within ?? TimeSpan.FromSeconds(60)
        );

    public Task ShowsNot(string package) =>
        Eventually.Passes(() =>
        {
            Assert.Null(Shelf.Find(package));
            return Task.CompletedTask;
        });

    public Task ShowsNot(string package, int version) =>
        Eventually.Passes(() =>
        {
            Assert.NotEqual(version, Shelf.Find(package)?.Version);
            return Task.CompletedTask;
        });

    public async Task<string> Page(string path) =>
        WebUtility.HtmlDecode(await Client.GetStringAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Where the agent keeps this content.</summary>
    public string Stored(byte[] content)
    {
        var name = Sha256Digest.Of(content).ToString();
        return Path.Combine(Folder, "files", name[..2], name);
    }

    /// <summary>Bytes of what is on its way.</summary>
    public long BytesPulled() =>
        new DirectoryInfo(Path.Combine(Folder, "pulls")) is { Exists: true } pulls
            ? pulls.EnumerateFiles().Sum(f => f.Length)
            : 0;

    /// <summary>Its files come to these bytes, and nothing is on its way: what is no longer needed goes after the screen has changed.</summary>
    public Task Keeps(long bytes) => Keeps(bytes, bytes);

    public Task Keeps(long least, long most) =>
        Eventually.Passes(() =>
        {
            Assert.InRange(BytesOnDisk(), least, most);
            Assert.Equal(0, BytesPulled());
            return Task.CompletedTask;
        });

    private long BytesOnDisk() =>
        Directory
            .EnumerateFiles(Path.Combine(Folder, "files"), "*", SearchOption.AllDirectories)
            .Sum(f => new FileInfo(f).Length);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await Stop();
        Client.Dispose();
        _folder.Delete(recursive: true);
    }
}
