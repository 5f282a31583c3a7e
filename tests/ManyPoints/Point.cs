using LaiChau.PointAgent;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LaiChau.ManyPoints;

/// <summary>
/// The product's agent as a point runs it, but for the portal and the reports: database, trust, library, and the worker that asks for news and pulls.
/// It is enrolled already, for content needs no identity.
/// </summary>
internal sealed class Point : IAsyncDisposable
{
    private readonly AgentDb _db;
    private readonly ServiceProvider _services;
    private readonly PullWorker _worker;
    private readonly Shelf _shelf;
    private readonly FileStore _files;

    public Point(string folder, Uri gateway, string root, Troubles troubles)
    {
        Folder = folder;
        _db = new AgentDb(folder);
        var identity = new PointIdentity(Guid.CreateVersion7(), "Điểm mẫu", null, null, [], [], gateway);
        _db.Write(c => c.Remember(Facts.Identity, identity, AgentJson.Default.PointIdentity));
        _services = new ServiceCollection()
            .AddLogging(log => log.AddProvider(troubles))
            .AddAgent(
                new AgentOptions
                {
                    Server = gateway,
                    DataFolder = folder,
                    TrustRoot = root,
                    // Requests that wait are counted, and those are to be for content.
                    Hold = TimeSpan.Zero,
                },
                _db
            )
            .BuildServiceProvider();
        _worker = _services.GetServices<IHostedService>().OfType<PullWorker>().Single();
        _shelf = _services.GetRequiredService<Shelf>();
        _files = _services.GetRequiredService<FileStore>();
    }

    public string Folder { get; }

    /// <summary>What its transfers cost, as it would report it: one event for each, those that were cut off included.</summary>
    public IReadOnlyList<PointEvent> Transfers =>
        [
            .. _db.Read(c =>
                    c.Query(
                        "SELECT document FROM event",
                        row =>
                            System.Text.Json.JsonSerializer.Deserialize(row.GetString(0), AgentJson.Default.PointEvent)!
                    )
                )
                .Where(e => e.Kind == "pull"),
        ];

    public Task Start() => _worker.StartAsync(default);

    public Task Stop() => _worker.StopAsync(default);

    public bool Shows(Guid release) => Shown(release) is not null;

    /// <summary>Whether it shows the release with these files and no others, and has every one of them byte for byte.</summary>
    public async Task<bool> IsWhole(Guid release, IReadOnlyDictionary<string, string> hashes)
    {
        if (
            Shown(release) is not { } shown
            || !shown.Files.Select(f => (f.Path, f.Sha256)).ToHashSet().SetEquals(hashes.Select(h => (h.Key, h.Value)))
        )
        {
            return false;
        }
        foreach (var hash in hashes.Values)
        {
            var held = _files.PathOf(hash);
            if (!File.Exists(held) || await FileHash.Of(held) != hash)
            {
                return false;
            }
        }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await _services.DisposeAsync();
        _db.Dispose();
    }

    private Release? Shown(Guid release) => _shelf.Held.FirstOrDefault(r => r.Id == release);
}
