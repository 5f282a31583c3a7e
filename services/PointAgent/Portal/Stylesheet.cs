using System.Security.Cryptography;

namespace LaiChau.PointAgent.Portal;

/// <summary>The one stylesheet, carried in the program; its address changes with its content.</summary>
internal static class Stylesheet
{
    private static readonly byte[] Content = Read();

    public static string Address { get; } = $"/portal.css?{Convert.ToHexStringLower(SHA256.HashData(Content))[..12]}";

    public static IResult Get(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(Content, "text/css; charset=utf-8");
    }

    private static byte[] Read()
    {
        using var stream = typeof(Stylesheet).Assembly.GetManifestResourceStream("portal.css")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
