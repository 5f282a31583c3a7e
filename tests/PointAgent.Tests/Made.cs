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

    /// <summary>A package of many small pages; each says its number, and what is said of it in <paramref name="changes"/>.</summary>
    public static (string, string, byte[])[] Site(int pages, params (int Page, string Text)[] changes) =>
        [
            .. Enumerable
                .Range(0, pages)
                .Select(page =>
                {
                    var words = new Random(page);
                    var text = string.Join(' ', Enumerable.Range(0, 400).Select(_ => $"từ{words.Next(5000)}"));
                    var said = changes.FirstOrDefault(c => c.Page == page).Text;
                    return (
                        page == 0 ? "index.html" : $"trang/{page:d3}.html",
                        "text/html",
                        Encoding.UTF8.GetBytes($"<h1>Trang {page}</h1><p>{text[..1000]} {said} {text[1000..]}</p>")
                    );
                }),
        ];
}
