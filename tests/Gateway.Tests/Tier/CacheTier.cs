using System.Diagnostics;
using System.Globalization;
using LaiChau.Testing;

namespace LaiChau.Gateway.Tests.Tier;

/// <summary>A real nginx with the configuration that compose and the chart ship, but for addresses and folders.</summary>
internal sealed class CacheTier : IAsyncDisposable
{
    private readonly Process nginx;

    private CacheTier(Process nginx, Uri address)
    {
        this.nginx = nginx;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(6) };
    }

    public HttpClient Client { get; }

    public static async Task<CacheTier> Before(Uri gateway, string folder)
    {
        var port = FreePort.Take();
        var shipped = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "charts/laichau-platform/files/nginx.conf")
        );
        var place = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(
            place,
            shipped
                .Replace("gateway:8080", gateway.Authority, StringComparison.Ordinal)
                .Replace(
                    "listen 8080",
                    string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port}"),
                    StringComparison.Ordinal
                )
                .Replace("/tmp/", $"{folder}/", StringComparison.Ordinal)
                .Replace("/var/cache/nginx/", $"{folder}/", StringComparison.Ordinal)
        );
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        var start = new ProcessStartInfo(
            program,
            ["-c", place, "-g", $"daemon off; user {Environment.UserName};", "-e", "stderr"]
        );
        var tier = new CacheTier(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
        await Eventually.Passes(async () =>
        {
            using var answer = await tier.Client.GetAsync("/content/metadata/none.json");
        });
        return tier;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        nginx.Kill(entireProcessTree: true);
        await nginx.WaitForExitAsync();
        nginx.Dispose();
    }
}
