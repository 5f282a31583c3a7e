using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.ManyPoints;

/// <summary>The product's publisher at work on folders: each becomes a version of one package, in one feed of a plane on the disk.</summary>
public static class FolderPublisher
{
    private const string Feed = "tinh";

    /// <summary>The root that a point is given at install time.</summary>
    public static string RootOf(string plane) => Path.Combine(plane, PlaneLayout.MetadataPath("1.root.json"));

    /// <summary>The folder is released as that version.</summary>
    public static async Task<ReleaseManifest> Publish(string plane, string folder, int version)
    {
        var manifest = await WritePack(plane, folder, version);
        await File.WriteAllBytesAsync(ManifestOf(plane, $"{version}"), manifest.ToBytes());
        await Step(plane, new(Feed) { Publish = [manifest] });
        return manifest;
    }

    /// <summary>The delta between two releases is made and listed.</summary>
    public static async Task MakeDelta(
        string plane,
        (string Folder, string Version) old,
        (string Folder, string Version) next
    )
    {
        var from = ReleaseManifest.Parse(await File.ReadAllBytesAsync(ManifestOf(plane, old.Version)));
        var to = ReleaseManifest.Parse(await File.ReadAllBytesAsync(ManifestOf(plane, next.Version)));
        await using var frames = Scratch();
        var built = await DeltaBuilder.Build(
            from,
            to,
            (file, _) => Task.FromResult<Stream>(File.OpenRead(Path.Combine(old.Folder, file.Path))),
            (file, _) => Task.FromResult<Stream>(File.OpenRead(Path.Combine(next.Folder, file.Path))),
            Scratch,
            frames
        );
        List<DeltaReference> deltas = [];
        if (built is not null)
        {
            deltas.Add(new(from.Release.ReleaseId, to.Release.ReleaseId, built.Delta));
            frames.Position = 0;
            await Write(plane, built.Delta.PlanePath, new HeadedStream(built.Head, frames));
        }
        await Step(
            plane,
            new(Feed)
            {
                Deltas = new Dictionary<Guid, IReadOnlyList<DeltaReference>> { [to.Release.ReleaseId] = deltas },
            }
        );
    }

    private static async Task Step(string plane, FeedChange change)
    {
        // A key for a benchmark may be known to all.
        using var key = SigningKey.FromSeed(new byte[32]);
        var signer = RoleSigners.One(key);
        var now = TimeProvider.System.GetUtcNow();
        var mirror = new FolderMirror(plane);
        if (!File.Exists(RootOf(plane)))
        {
            var design = new RepositoryDesign
            {
                Root = signer,
                Targets = signer,
                Snapshot = signer,
                Timestamp = signer,
                Feeds = new Dictionary<string, RoleSigners> { [Feed] = signer },
            };
            await Write(plane, RepositoryWriter.Create(design, [key], now), mirror);
        }
        var state = await RepositoryState.Load(mirror, await File.ReadAllBytesAsync(RootOf(plane)));
        await Write(plane, RepositoryWriter.Apply(state!, new() { Feeds = [change] }, [key], now), mirror);
    }

    private static async Task<ReleaseManifest> WritePack(string plane, string folder, int version)
    {
        var files = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(folder, path), Open: path))
            .Select(f => new SourceFile(
                f.Path,
                MediaTypes.Of(f.Path),
                _ => Task.FromResult<Stream>(File.OpenRead(f.Open))
            ));
        var release = new ReleaseDescription
        {
            ReleaseId = Guid.CreateVersion7(),
            Package = "mau/do-thu",
            Version = version,
            Title = new Dictionary<string, string> { ["vi"] = "Gói mẫu để đo" },
            Category = "local-economy",
            Languages = ["vi"],
        };
        await using var frames = Scratch();
        var built = await ReleaseBuilder.Build(release, [.. files], Scratch, frames);
        frames.Position = 0;
        await Write(plane, built.Manifest.Pack.PlanePath, new HeadedStream(built.PackHead, frames));
        return built.Manifest;
    }

    private static async Task Write(string plane, RepositoryPlan plan, FolderMirror mirror)
    {
        var files = plan.Files.ToList();
        var snapshot = plan.State.Versions["snapshot"];
        for (var back = 1; back <= NewsWriter.Steps && back < snapshot; back++)
        {
            if (await NewsWriter.Write(plan.State, snapshot - back, mirror) is { } news)
            {
                files.Insert(files.Count - 1, news);
            }
        }
        foreach (var file in files)
        {
            await Write(plane, file.Path, new MemoryStream(file.Content.ToArray()));
        }
    }

    private static async Task Write(string plane, string path, Stream content)
    {
        await using var file = File.Create(Place(plane, path));
        await content.CopyToAsync(file);
    }

    private static string ManifestOf(string plane, string version) => Place(plane, $"../manifests/{version}");

    private static string Place(string plane, string path)
    {
        var place = Path.Combine(plane, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        return place;
    }

    private static FileStream Scratch() =>
        new(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 128 * 1024,
            FileOptions.DeleteOnClose
        );
}
