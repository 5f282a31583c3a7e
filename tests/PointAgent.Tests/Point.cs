using System.Net;
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
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("point-");
    private readonly TimeProvider? _time;
    private WebApplication? _app;

    private Point(Headquarters headquarters, TimeProvider? time)
    {
        (_headquarters, _time) = (headquarters, time);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Take()}") };
    }

    public HttpClient Client { get; }

    public string Folder => _folder.FullName;

    public IServiceProvider Services => _app!.Services;

    public Shelf Shelf => Services.GetRequiredService<Shelf>();

    public static async Task<Point> Open(Headquarters headquarters, TimeProvider? time = null)
    {
        var point = new Point(headquarters, time);
        await point.Start();
        return point;
    }

    public async Task Start(Uri? server = null)
    {
        _app = PointAgentApp.Build(
            new AgentOptions
            {
                Server = server ?? _headquarters.Address,
                DataFolder = Folder,
                Urls = Client.BaseAddress!.ToString(),
                EnrolmentCode = "MAU-0001",
                Poll = TimeSpan.FromSeconds(0.3),
                Report = TimeSpan.FromSeconds(0.3),
                Stall = TimeSpan.FromSeconds(5),
            },
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(new TestLog());
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

    public long BytesOnDisk() =>
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
