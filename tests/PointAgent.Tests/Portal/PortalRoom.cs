using System.Net;
using LaiChau.Distribution;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;
using LaiChau.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LaiChau.PointAgent.Tests.Portal;

/// <summary>A running portal whose shelf is filled directly, without a server to pull from.</summary>
internal sealed class PortalRoom : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private PortalRoom(WebApplication app, DirectoryInfo folder, Uri address)
    {
        (_app, _folder, Address) = (app, folder, address);
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
        };
    }

    public Uri Address { get; }

    /// <summary>Keeps no cookies: every request is a new visitor.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<PortalRoom> Open(bool enrolled = true)
    {
        var folder = Directory.CreateTempSubdirectory("portal-room-");
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        var app = PointAgentApp.Build(
            new AgentOptions
            {
                Server = new Uri("http://127.0.0.1:9"),
                DataFolder = folder.FullName,
                Urls = address.ToString(),
            },
            builder =>
            {
                foreach (var worker in builder.Services.Where(s => s.ServiceType == typeof(IHostedService)).ToList())
                    builder.Services.Remove(worker);
            }
        );
        if (enrolled)
            app.Services.GetRequiredService<AgentDb>()
                .Write(c =>
                    c.Remember(
                        Facts.Identity,
                        new PointIdentity(
                            Guid.CreateVersion7(),
                            "Điểm hỗ trợ bản Mẫu",
                            "03000",
                            "Xã Mẫu, tỉnh Lai Châu",
                            ["vi", "hmn-Latn-x-vn"],
                            ["tinh"],
                            new Uri("http://127.0.0.1:9/connect/token")
                        ),
                        AgentJson.Default.PointIdentity
                    )
                );
        await app.StartAsync();
        return new PortalRoom(app, folder, address);
    }

    public async Task<Release> Show(
        string package,
        string title,
        (string Path, string MediaType, byte[] Content)[] files,
        Func<Release, Release>? change = null
    )
    {
        var store = Services.GetRequiredService<FileStore>();
        var id = Guid.CreateVersion7();
        var described = new List<ReleaseFile>();
        using (var batch = store.Begin(id))
        {
            foreach (var (path, mediaType, content) in files)
            {
                var hash = Sha256Digest.Of(content);
                await batch.Add(async stream =>
                {
                    await stream.WriteAsync(content);
                    return hash;
                });
                described.Add(new ReleaseFile(path, content.Length, hash.ToString(), mediaType));
            }
        }
        var release = new Release
        {
            Id = id,
            Package = package,
            Version = 1,
            Title = new() { ["vi"] = title },
            Category = "smart-farming",
            Languages = ["vi"],
            Files = [.. described],
        };
        release = change?.Invoke(release) ?? release;
        Services
            .GetRequiredService<Shelf>()
            .Show(release, Array.Empty<byte>(), PointEvent.Of("pull", DateTimeOffset.UnixEpoch));
        store.LetGo(id);
        return release;
    }

    public async Task<string> Page(string path)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
