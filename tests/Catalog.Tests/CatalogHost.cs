using System.Net.Http.Headers;
using LaiChau.Distribution;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Objects;
using LaiChau.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Tests;

/// <summary>The module on Kestrel, with a neighbour that hears and says what other services do; may be started many times on one place.</summary>
internal sealed class CatalogHost : IAsyncDisposable
{
    private readonly WebApplication running;

    private CatalogHost(WebApplication app, Neighbour neighbour) => (running, Neighbour) = (app, neighbour);

    public Neighbour Neighbour { get; }

    public Uri Address => new(running.Urls.First());

    public IServiceProvider Services => running.Services;

    public static async Task<CatalogHost> Start(
        Place place,
        Action<WebApplicationBuilder>? change = null,
        bool migrate = true
    )
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(place.Settings);
        builder.Configuration.AddInMemoryCollection([
            new("ConnectionStrings:Neighbour", $"Data Source={Path.Combine(place.Folder, "neighbour.db")}"),
        ]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddServiceDefaults("catalog");
        builder.AddCatalog();
        var neighbour = Neighbour.Add(builder, place.Heard);
        change?.Invoke(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapCatalog();
        try
        {
            if (migrate)
            {
                await using var scope = app.Services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<CatalogDb>().Database.MigrateAsync();
                await scope.ServiceProvider.GetRequiredService<NeighbourDb>().Database.EnsureCreatedAsync();
            }
            await app.StartAsync();
            neighbour.Services = app.Services;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new(app, neighbour);
    }

    public HttpClient As(Guid account, params string[] roles)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            TestTokens.Create(account, "Tài khoản mẫu", roles)
        );
        return client;
    }

    public HttpClient Editor(Guid? account = null) => As(account ?? Person.Editor, "editor");

    public HttpClient Reviewer(Guid? account = null) => As(account ?? Person.Reviewer, "reviewer");

    /// <summary>The plane as a point reads it.</summary>
    public IMirror Plane() => new StoreMirror(Services);

    /// <summary>Everything of the plane that is not metadata.</summary>
    public async Task<IReadOnlyList<string>> Objects()
    {
        var store = Services.GetRequiredService<IObjectStore>();
        var bucket = Services.GetRequiredService<IOptions<ObjectStoreOptions>>().Value.Content;
        return
        [
            .. await store.List(bucket, "objects/", default).Select(o => o.Key).ToListAsync(),
            .. await store.List(bucket, "targets/", default).Select(o => o.Key).ToListAsync(),
        ];
    }

    public async Task<T> Query<T>(Func<CatalogDb, Task<T>> ask)
    {
        await using var scope = Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CatalogDb>());
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await ((IHost)running).StopAsync(limit.Token);
        await running.DisposeAsync();
    }

    private sealed class StoreMirror(IServiceProvider services) : IMirror
    {
        private readonly IObjectStore store = services.GetRequiredService<IObjectStore>();
        private readonly string bucket = services.GetRequiredService<IOptions<ObjectStoreOptions>>().Value.Content;

        public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
        {
            await using var content = await OpenContent(PlaneLayout.MetadataPath(name), null, ct);
            if (content is null)
            {
                return null;
            }
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, ct);
            return bytes.ToArray();
        }

        public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
            (await store.Open(bucket, path, range?.Offset, range?.Length, ct))?.Stream;
    }
}

internal static class Person
{
    public static readonly Guid Editor = Guid.CreateVersion7();
    public static readonly Guid Reviewer = Guid.CreateVersion7();
}
