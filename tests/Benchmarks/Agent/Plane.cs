using System.Text;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Benchmarks.Agent;

/// <summary>A distribution plane of many releases, each a page of text and a film of noise, from a seed.</summary>
internal static class Plane
{
    private const string Feed = "tinh";

    public static string PackageOf(int release) => $"mau/bai-{release:d3}";

    public static async Task Write(string folder, int releases, int filmBytes)
    {
        // A key for a benchmark may be known to all.
        using var key = SigningKey.FromSeed(new byte[32]);
        var signer = RoleSigners.One(key);
        var now = TimeProvider.System.GetUtcNow();
        var manifests = new List<ReleaseManifest>();
        for (var i = 0; i < releases; i++)
        {
            manifests.Add(await Build(folder, i, filmBytes));
        }
        var design = new RepositoryDesign
        {
            Root = signer,
            Targets = signer,
            Snapshot = signer,
            Timestamp = signer,
            Feeds = new Dictionary<string, RoleSigners> { [Feed] = signer },
        };
        var created = RepositoryWriter.Create(design, [key], now);
        var change = new RepositoryChange { Feeds = [new FeedChange(Feed) { Publish = manifests }] };
        var filled = RepositoryWriter.Apply(created.State, change, [key], now);
        foreach (var file in created.Files.Concat(filled.Files))
        {
            await File.WriteAllBytesAsync(Place(folder, file.Path), file.Content.ToArray());
        }
    }

    private static async Task<ReleaseManifest> Build(string folder, int number, int filmBytes)
    {
        var random = new Random(number);
        var words = string.Join(' ', Enumerable.Range(0, 2000).Select(_ => $"từ{random.Next(5000)}"));
        var film = new byte[filmBytes];
        random.NextBytes(film);
        var description = new ReleaseDescription
        {
            ReleaseId = Guid.CreateVersion7(),
            Package = PackageOf(number),
            Version = 1,
            Title = new Dictionary<string, string> { ["vi"] = $"Bài mẫu số {number}" },
            Category = number % 2 == 0 ? "smart-farming" : "local-economy",
            Languages = ["vi"],
        };
        await using var frames = new MemoryStream();
        var built = await ReleaseBuilder.Build(
            description,
            [
                Source("index.html", "text/html", Encoding.UTF8.GetBytes($"<h1>Bài {number}</h1><p>{words}</p>")),
                Source("phim.mp4", "video/mp4", film),
            ],
            () => new MemoryStream(),
            frames
        );
        frames.Position = 0;
        await using var whole = new HeadedStream(built.PackHead, frames);
        await using var file = File.Create(Place(folder, built.Manifest.Pack.PlanePath));
        await whole.CopyToAsync(file);
        return built.Manifest;
    }

    private static SourceFile Source(string path, string mediaType, byte[] content) =>
        new(path, mediaType, _ => Task.FromResult<Stream>(new MemoryStream(content)));

    private static string Place(string folder, string path)
    {
        var place = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        return place;
    }
}
