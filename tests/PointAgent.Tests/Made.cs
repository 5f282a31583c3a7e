using System.Text;

namespace LaiChau.PointAgent.Tests;

/// <summary>Content made from a seed.</summary>
internal static class Made
{
    public static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static (string, string, byte[]) Page(string text) =>
        ("index.html", "text/html", Encoding.UTF8.GetBytes($"<h1>Mẫu</h1><p>{text}</p>"));

    public static (string, string, byte[]) Film(int seed, int length, string path = "phim.mp4") =>
        (path, "video/mp4", Noise(seed, length));

    public static (string, string, byte[]) Film(byte[] content) => ("phim.mp4", "video/mp4", content);
}
