using System.Text.Json.Nodes;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

/// <summary>
/// A feed in bins, a point that has followed it to snapshot 3, and snapshot 4, which recalls one of its releases and brings another: what a
/// lying mirror has to work with.
/// </summary>
internal sealed class World
{
    public const string NewsPath = "metadata/4.news.3";
    private const int Newest = 500;

    private readonly Repository _repository = new(rootThreshold: 2, "tinh", "muong-te");
    private readonly Store _store = new();
    private FeedView _before = null!;
    private FeedView _after = null!;
    private long _oldBinVersion;
    private long _binVersion;

    private World() => Point = new(_store);

    public TufClient Point { get; }
    public DateTimeOffset Now => _repository.Now;

    /// <summary>Snapshots 2, 3 (where the point is) and 4.</summary>
    public Plane Oldest { get; private set; } = null!;
    public Plane Old { get; private set; } = null!;
    public Plane New { get; private set; } = null!;

    /// <summary>The same story with other keys.</summary>
    public Plane Foreign { get; private set; } = null!;

    public byte[] RootFile => New.Files["metadata/1.root.json"];

    /// <summary>The bin of the releases that snapshots 3 and 4 recall.</summary>
    public string Bin { get; private set; } = null!;
    public string BinPath => $"metadata/{_binVersion}.{Bin}.json";
    public string OldBinPath => $"metadata/{_oldBinVersion}.{Bin}.json";
    public byte[] BinFile => New.Files[BinPath];
    public string OtherBinPath { get; private set; } = null!;

    public string RecallsPath => TargetPath(New, "metadata/4.tinh.json");
    public string OldRecallsPath => TargetPath(Old, "metadata/3.tinh.json");
    public static string NewestManifest => PlaneLayout.ReleaseTarget("tinh", Sample.Description(id: Newest).ReleaseId);
    public string ManifestPath => _after.Releases.Single(r => r.Manifest.Path == NewestManifest).Manifest.PlanePath;

    public static async Task<World> Make()
    {
        var world = new World();
        var repository = world._repository;
        var ids = await repository.PublishMany(20);
        world.Oldest = repository.Plane.Copy();
        var twins = ids.GroupBy(id => BinOf("tinh", id)).First(bin => bin.Count() > 1);
        world.Bin = twins.Key;

        repository.Apply(Recalling(twins.First()));
        world.Old = repository.Plane.Copy();
        world._before = repository.State.Feeds["tinh"];
        world._oldBinVersion = repository.State.Versions[world.Bin];
        await TufClient.Initialise(world._store, RootOf(world.Old));
        await world.Pull(world.Old, world.Now);

        repository.Apply(await Next(twins.Last()));
        world.New = repository.Plane.Copy();
        world._after = repository.State.Feeds["tinh"];
        world._binVersion = repository.State.Versions[world.Bin];
        world.OtherBinPath = repository
            .State.Versions.Where(v => v.Key.StartsWith("tinh.", StringComparison.Ordinal) && v.Key != world.Bin)
            .Select(v => $"metadata/{v.Value}.{v.Key}.json")
            .MaxBy(path => world.New.Files[path].Length)!;
        world.Foreign = await MakeForeign(twins.First(), twins.Last());
        return world;
    }

    public static string BinOf(string feed, Guid release)
    {
        var path = System.Text.Encoding.UTF8.GetBytes(PlaneLayout.ReleaseTarget(feed, release));
        return $"{feed}.{Sha256Digest.Of(path).ToString()[0]}";
    }

    public TufException? RefusedPacked { get; private set; }

    /// <summary>All that a point does: metadata, feed, and the manifest of the newest release.</summary>
    public async Task<FeedView> Pull(IMirror mirror, DateTimeOffset now)
    {
        await Point.Poll(mirror, now);
        var feed = await Point.LoadFeed("tinh", mirror, now);
        if (feed.Releases.FirstOrDefault(r => r.Manifest.Path == NewestManifest) is { } newest)
        {
            await TufClient.DownloadManifest(newest, mirror, refused => RefusedPacked = refused);
        }
        return feed;
    }

    public void IsHonest(FeedView feed)
    {
        Assert.Equal(Ids(_after), Ids(feed));
        Assert.Equal(_after.Recalls.Select(r => r.ReleaseId), feed.Recalls.Select(r => r.ReleaseId));
    }

    /// <summary>
    /// Restarted without a link the point shows what the publisher had signed and nothing else; at its next contact with an honest mirror all of it.
    /// </summary>
    public async Task GainedNothing()
    {
        var restarted = new TufClient(_store);
        Assert.True(await restarted.LoadTrusted());
        var shown = Ids(await restarted.LoadFeed("tinh", mirror: null, Now)).ToHashSet();
        Assert.Subset(Ids(_before).Union(Ids(_after)).ToHashSet(), shown);
        Assert.Superset(Ids(_before).Intersect(Ids(_after)).ToHashSet(), shown);

        _repository.Now += TimeSpan.FromDays(9);
        _repository.Refresh();
        foreach (var point in new[] { Point, restarted })
        {
            await point.Poll(_repository.Plane, Now);
            IsHonest(await point.LoadFeed("tinh", _repository.Plane, Now));
        }
    }

    public Plane WithoutNews() => New.With(NewsPath, null);

    /// <summary>Puts another bin into the plane, with the stolen keys of snapshot and timestamp.</summary>
    public Plane Resign(byte[] bin) =>
        ResignSnapshot(meta => meta[$"{Bin}.json"] = new JsonObject { ["version"] = _binVersion }).With(BinPath, bin);

    public Plane ResignSnapshot(Action<JsonObject> change) =>
        ResignTimestamp(s => s["meta"]!["snapshot.json"] = new JsonObject { ["version"] = 4 })
            .With(
                "metadata/4.snapshot.json",
                Forge.Signed(
                    New.Files["metadata/4.snapshot.json"],
                    s => change(s["meta"]!.AsObject()),
                    Repository.Key("snapshot")
                )
            );

    public Plane ResignTimestamp(Action<JsonObject> change) =>
        WithoutNews()
            .With(
                PlaneLayout.Timestamp,
                Forge.Signed(New.Files[PlaneLayout.Timestamp], change, Repository.Key("timestamp"))
            );

    public NewsEntry Snapshot() =>
        new("snapshot", 3, 4, Old.Files["metadata/3.snapshot.json"], New.Files["metadata/4.snapshot.json"]);

    public NewsEntry Feed() => new("tinh", 3, 4, Old.Files["metadata/3.tinh.json"], New.Files["metadata/4.tinh.json"]);

    public NewsEntry BinEntry() => new(Bin, _oldBinVersion, _binVersion, Old.Files[OldBinPath], BinFile);

    public NewsEntry RecallsEntry() => new(RecallsPath, 3, 4, Old.Files[OldRecallsPath], New.Files[RecallsPath]);

    public static byte[] Write(params NewsEntry[] entries) => News.Write(entries)!;

    /// <summary>News of one entry that claims another length.</summary>
    public static byte[] WithRawLength(byte[] news, int length)
    {
        var reader = new ByteReader(news, "news");
        var writer = new ByteWriter();
        writer.Raw(reader.Raw(5));
        writer.Number(reader.Number());
        writer.Block(reader.Block());
        writer.Number(reader.Number());
        writer.Number(reader.Number());
        _ = reader.Number();
        writer.Number(length);
        writer.Raw(reader.Raw(reader.Left));
        return writer.Written.ToArray();
    }

    /// <summary>With one digit in the middle of it changed, still JSON.</summary>
    public static byte[] Flipped(byte[] file)
    {
        var changed = (byte[])file.Clone();
        for (var i = file.Length / 2; ; i++)
        {
            if (changed[i] is >= (byte)'1' and <= (byte)'8')
            {
                changed[i]++;
                return changed;
            }
        }
    }

    public byte[] Changed(string path, params string[] keys) => Change(New.Files[path], keys);

    /// <summary>With something added to what is signed, signed by other keys or by nobody anew.</summary>
    public static byte[] Change(byte[] file, params string[] keys) =>
        Forge.Signed(file, s => s["x-added"] = 1, [.. keys.Select(Repository.Key)]);

    public static byte[] Unsigned(byte[] file) => Envelope(file, signatures => signatures.Clear());

    public static byte[] SignedTwice(byte[] file) =>
        Envelope(file, signatures => signatures.Add(signatures[0]!.DeepClone()));

    private static byte[] Envelope(byte[] file, Action<JsonArray> change)
    {
        var envelope = JsonNode.Parse(file)!;
        change(envelope["signatures"]!.AsArray());
        return CanonicalJson.ForFile(envelope);
    }

    private static async Task<Plane> MakeForeign(Guid first, Guid second)
    {
        static SigningKey Key(string role) => Repository.Key($"foreign-{role}");
        SigningKey[] keys = [.. new[] { "root", "targets", "snapshot", "timestamp", "tinh" }.Select(Key)];
        var plan = RepositoryWriter.Create(
            new()
            {
                Root = RoleSigners.One(Key("root")),
                Targets = RoleSigners.One(Key("targets")),
                Snapshot = RoleSigners.One(Key("snapshot")),
                Timestamp = RoleSigners.One(Key("timestamp")),
                Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(Key("tinh")) },
            },
            keys,
            Repository.Start
        );
        var plane = new Plane();
        plane.Write(plan);
        var sample = await Sample.Build(("a.txt", [1]));
        var releases = Enumerable
            .Range(1, 20)
            .Select(i => sample.Manifest with { Release = Sample.Description($"goi/so-{i}", id: i) });
        foreach (
            var change in new[]
            {
                new() { Feeds = [new("tinh") { Publish = [.. releases] }] },
                Recalling(first),
                await Next(second),
            }
        )
        {
            plan = RepositoryWriter.Apply(plan.State, change, keys, Repository.Start);
            var version = plan.State.Versions["snapshot"];
            plane.Write((await NewsWriter.Write(plan.State, version - 1, plane))!);
            plane.Write(plan);
        }
        return plane;
    }

    private static async Task<RepositoryChange> Next(Guid recalled)
    {
        var newest = await Sample.Build(
            Sample.Description("y-te/rua-tay", id: Newest),
            ("a.txt", Sample.Text(1, 5000))
        );
        return new() { Feeds = [Recalling(recalled).Feeds[0] with { Publish = [newest.Manifest] }] };
    }

    private static RepositoryChange Recalling(Guid release) =>
        new()
        {
            Feeds =
            [
                new("tinh")
                {
                    Recall =
                    [
                        new()
                        {
                            ReleaseId = release,
                            Package = "goi/so",
                            RecalledAt = Repository.Start,
                            Reason = "wrong-content",
                        },
                    ],
                },
            ],
        };

    private static IEnumerable<Guid> Ids(FeedView feed) => feed.Releases.Select(r => r.Release.ReleaseId);

    private static byte[] RootOf(Plane plane) => plane.Files["metadata/1.root.json"];

    private static string TargetPath(Plane plane, string feed)
    {
        var target = TargetsRole.Read(plane.Files[feed], "tinh").Targets["tinh/recalls.json"];
        return PlaneLayout.TargetPath(target.Path, target.Hashes.Sha256!.Value);
    }
}

/// <summary>A mirror that answers some things as it likes.</summary>
internal sealed class Liar(Plane plane) : IMirror
{
    public Func<string, int, byte[]?>? Metadata { get; init; }
    public Func<string, Stream?>? Content { get; init; }

    public Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct) =>
        Metadata is null ? plane.FetchMetadata(name, maxLength, ct) : Task.FromResult(Metadata(name, maxLength));

    public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
        Content is null ? plane.OpenContent(path, range, ct) : Task.FromResult(Content(path));
}

internal static class Lying
{
    /// <summary>The same with another file, or without one.</summary>
    public static Plane With(this Plane plane, string path, byte[]? content)
    {
        var other = plane.Copy();
        other.Files.Remove(path);
        if (content is not null)
        {
            other.Files[path] = content;
        }
        return other;
    }

    /// <summary>A file that never ends: a mirror hands back one byte more than was asked for.</summary>
    public static IMirror Endless(this Plane plane, string name) =>
        new Liar(plane)
        {
            Metadata = (asked, most) =>
                asked == name ? new byte[most + 1] : plane.Files.GetValueOrDefault(PlaneLayout.MetadataPath(asked)),
        };

    /// <summary>Targets that never end.</summary>
    public static IMirror EndlessContent(this Plane plane) => new Liar(plane) { Content = _ => new EndlessStream() };

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Clear();
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
