using System.Security.Cryptography;

namespace LaiChau.OpsConsole.Shell;

/// <summary>Stylesheet, script and icon out of the assembly; the address changes with the content, so browsers keep them for good.</summary>
internal static class ConsoleAssets
{
    private static readonly Asset[] All =
    [
        Load("console.css", "text/css; charset=utf-8"),
        Load("console.js", "text/javascript; charset=utf-8"),
        Load("icon.svg", "image/svg+xml"),
    ];

    public static string Style => All[0].Address;
    public static string Script => All[1].Address;
    public static string Favicon => All[2].Address;

    public static void MapConsoleAssets(this IEndpointRouteBuilder app)
    {
        foreach (var asset in All)
        {
            app.MapGet(
                    ConsoleRoutes.Root + "/assets/" + asset.Name,
                    (HttpContext http) =>
                    {
                        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                        http.Response.Headers.XContentTypeOptions = "nosniff";
                        return Results.Bytes(asset.Content, asset.MediaType);
                    }
                )
                .AllowAnonymous()
                .ExcludeFromDescription();
        }
    }

    private static Asset Load(string name, string mediaType)
    {
        using var stream = typeof(ConsoleAssets).Assembly.GetManifestResourceStream("assets/" + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var version = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
        return new Asset(name, mediaType, content, $"{ConsoleRoutes.Root}/assets/{name}?v={version}");
    }

    private sealed record Asset(string Name, string MediaType, byte[] Content, string Address);
}
