using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace LaiChau.Benchmarks;

/// <summary>A plain web server for the files of a plane, with entity tags and ranges: all that a mirror has to be.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _asked = new();

    private FileServer(WebApplication app) => _app = app;

    public Uri Address { get; private init; } = null!;

    /// <summary>The paths asked for since the last call, in order.</summary>
    public IReadOnlyList<string> TakeAsked()
    {
        var asked = new List<string>();
        while (_asked.TryDequeue(out var path))
        {
            asked.Add(path);
        }
        return asked;
    }

    /// <summary>Serves <paramref name="folder"/> under /content.</summary>
    public static async Task<FileServer> Start(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        FileServer server = null!;
        app.Use(
            (context, next) =>
            {
                server._asked.Enqueue(context.Request.Path);
                return next(context);
            }
        );
        app.UseStaticFiles(
            new StaticFileOptions
            {
                RequestPath = "/content",
                FileProvider = new PhysicalFileProvider(folder),
                ServeUnknownFileTypes = true,
                DefaultContentType = "application/octet-stream",
            }
        );
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return server = new(app) { Address = new(addresses.Single()) };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
