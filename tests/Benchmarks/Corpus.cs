using System.Text;

namespace LaiChau.Benchmarks;

/// <summary>A package and its next version, made from a seed: pages, pictures, a film. The same bytes on every machine.</summary>
internal static class Corpus
{
    private static readonly string[] Syllables =
    [
        "chè",
        "nương",
        "bản",
        "xã",
        "hái",
        "búp",
        "mùa",
        "nước",
        "ruộng",
        "thóc",
        "giống",
        "trâu",
        "lợn",
        "phân",
        "bón",
        "sâu",
        "bệnh",
        "thuốc",
        "trạm",
        "khuyến",
        "nông",
        "hợp",
        "tác",
        "chợ",
        "giá",
        "bán",
        "mua",
        "đường",
        "núi",
        "suối",
    ];

    /// <summary>Writes the two versions into <paramref name="folder"/>/1 and /2; returns the size of the second in bytes.</summary>
    public static long Write(string folder, int seed)
    {
        var random = new Random(seed);
        var words = Words(random);
        var old = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < 400; i++)
        {
            old[$"trang/bai-{i:d3}.html"] = Page(random, words);
        }
        for (var i = 0; i < 60; i++)
        {
            old[$"anh/anh-{i:d2}.jpg"] = Noise(random, random.Next(60_000, 400_000));
        }
        old["phim/phim.mp4"] = Noise(random, 24_000_000);

        var next = new SortedDictionary<string, byte[]>(old, StringComparer.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            // A sentence corrected in a page.
            var path = $"trang/bai-{random.Next(400):d3}.html";
            next[path] = Insert(next[path], Encoding.UTF8.GetBytes(Sentence(random, words)), random);
        }
        for (var i = 0; i < 4; i++)
        {
            next[$"trang/bai-moi-{i}.html"] = Page(random, words);
            next[$"anh/anh-moi-{i}.jpg"] = Noise(random, 150_000);
        }
        for (var i = 0; i < 10; i++)
        {
            // Renamed.
            next[$"anh-2026/anh-{i:d2}.jpg"] = next[$"anh/anh-{i:d2}.jpg"];
            next.Remove($"anh/anh-{i:d2}.jpg");
        }
        // A film whose container was written anew: a new header, a subtitle track in the middle.
        next["phim/phim.mp4"] = Insert(
            Insert(next["phim/phim.mp4"], Noise(random, 500), at: 40),
            Noise(random, 20_000),
            random
        );

        Save(Path.Combine(folder, "1"), old);
        Save(Path.Combine(folder, "2"), next);
        return next.Values.Sum(b => (long)b.Length);
    }

    private static string[] Words(Random random) =>
        [.. Enumerable.Range(0, 3000).Select(_ => string.Join(' ', random.GetItems(Syllables, random.Next(1, 4))))];

    private static byte[] Page(Random random, string[] words)
    {
        var page = new StringBuilder(
            "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Bài mẫu</title></head><body>\n"
        );
        for (var i = random.Next(20, 120); i > 0; i--)
        {
            page.Append("<p>").Append(Sentence(random, words)).Append("</p>\n");
        }
        return Encoding.UTF8.GetBytes(page.Append("</body></html>\n").ToString());
    }

    private static string Sentence(Random random, string[] words) =>
        string.Join(' ', random.GetItems(words, random.Next(10, 60))) + ".";

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Insert(byte[] content, byte[] added, Random random) =>
        Insert(content, added, random.Next(content.Length));

    private static byte[] Insert(byte[] content, byte[] added, int at) =>
        [.. content[..at], .. added, .. content[at..]];

    private static void Save(string folder, SortedDictionary<string, byte[]> files)
    {
        foreach (var (path, bytes) in files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }
    }
}
