using System.Globalization;

namespace LaiChau.ManyPoints;

/// <summary>A folder to release, made from seeds: pages in words that repeat, pictures and one film in bytes that do not.</summary>
/// <param name="Pages">How many; about 4 KB each.</param>
/// <param name="Pictures">How many.</param>
/// <param name="PictureBytes">Of each.</param>
/// <param name="FilmBytes">Of the film.</param>
public sealed record SampleRelease(int Pages, int Pictures, int PictureBytes, int FilmBytes)
{
    private const int WordsPerPage = 600;
    private const int Vocabulary = 5000;

    public async Task Write(string folder)
    {
        for (var page = 0; page < Pages; page++)
        {
            await File.WriteAllTextAsync(
                Place(folder, page == 0 ? "index.html" : Name("trang", page, "html")),
                Page(page)
            );
        }
        for (var picture = 0; picture < Pictures; picture++)
        {
            await File.WriteAllBytesAsync(Place(folder, Name("anh", picture, "jpg")), Noise(picture, PictureBytes));
        }
        await File.WriteAllBytesAsync(Place(folder, "phim.mp4"), Noise(Pictures, FilmBytes));
    }

    private static string Page(int number)
    {
        var words = new Random(number);
        var text = string.Join(' ', Enumerable.Range(0, WordsPerPage).Select(_ => $"từ{words.Next(Vocabulary)}"));
        return string.Create(CultureInfo.InvariantCulture, $"<h1>Trang {number}</h1><p>{text}</p>");
    }

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static string Name(string kind, int number, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}/{number:d3}.{ending}");

    private static string Place(string folder, string path)
    {
        var place = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        return place;
    }
}
