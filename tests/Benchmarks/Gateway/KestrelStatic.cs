using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace LaiChau.Benchmarks.Gateway;

/// <summary>The peer: ASP.NET Core's static files and nothing else.</summary>
internal static class KestrelStatic
{
    public static async Task<int> Run(string folder, string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        await using var app = builder.Build();
        using var files = new PhysicalFileProvider(folder);
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true });
        await app.RunAsync();
        return 0;
    }
}
