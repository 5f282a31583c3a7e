using LaiChau.Distribution.Content;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests;

/// <summary>A plane in memory that a test can make lie, and counts what is asked of it.</summary>
internal sealed class Plane : IMirror
{
    public Dictionary<string, byte[]> Files { get; private init; } = new(StringComparer.Ordinal);

    public List<string> Requests { get; } = [];

    /// <summary>Bytes handed out as metadata.</summary>
    public long MetadataBytes { get; private set; }

    public void Forget()
    {
        Requests.Clear();
        MetadataBytes = 0;
    }

    public void Write(RepositoryPlan plan)
    {
        foreach (var file in plan.Files)
        {
            Write(file);
        }
    }

    public void Write(PlaneFile file) => Files[file.Path] = file.Content.ToArray();

    public void Write(Sample release)
    {
        Files[release.Manifest.Pack.PlanePath] = release.Pack;
    }

    public Plane Copy() => new() { Files = new(Files, StringComparer.Ordinal) };

    public Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
    {
        Requests.Add(name);
        var bytes = Files.GetValueOrDefault(PlaneLayout.MetadataPath(name));
        MetadataBytes += bytes?.Length ?? 0;
        return Task.FromResult(bytes);
    }

    public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct)
    {
        Requests.Add(path);
        Stream? stream =
            !Files.TryGetValue(path, out var bytes) ? null
            : range is { } r ? new MemoryStream(bytes, (int)r.Offset, (int)r.Length)
            : new MemoryStream(bytes);
        return Task.FromResult(stream);
    }
}

/// <summary>A point's trust store in memory.</summary>
internal sealed class Store : ITrustStore
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Power goes after this many writes.</summary>
    public int? FailAfter { get; set; }

    public ValueTask<byte[]?> Read(string name, CancellationToken ct) =>
        ValueTask.FromResult(Files.GetValueOrDefault(name));

    public ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (FailAfter-- == 0)
        {
            throw new IOException("No power.");
        }
        Files[name] = content.ToArray();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A repository with its keys, its plane, and a clock.</summary>
internal sealed class Repository
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    public Repository(int rootThreshold = 1, params string[] feeds)
        : this(Start, rootThreshold, feeds) { }

    /// <summary>At another time than <see cref="Start"/>: that of the machine, for readers that know no other.</summary>
    public Repository(DateTimeOffset now, int rootThreshold, params string[] feeds)
    {
        Now = now;
        Feeds = feeds is [] ? ["tinh"] : feeds;
        Design = new()
        {
            Root = new(rootThreshold, [Key("root").Public, Key("root-2").Public]),
            Targets = RoleSigners.One(Key("targets")),
            Snapshot = RoleSigners.One(Key("snapshot")),
            Timestamp = RoleSigners.One(Key("timestamp")),
            Feeds = Feeds.ToDictionary(f => f, f => RoleSigners.One(Key(f))),
        };
        Take(RepositoryWriter.Create(Design, Keys, Now));
    }

    public string[] Feeds { get; }
    public RepositoryDesign Design { get; }
    public DateTimeOffset Now { get; set; }
    public MetadataLifetimes Lifetimes { get; set; } = new();
    public Plane Plane { get; } = new();
    public RepositoryState State { get; private set; } = null!;

    public SigningKey[] Keys =>
        [Key("root"), Key("root-2"), Key("targets"), Key("snapshot"), Key("timestamp"), .. Feeds.Select(Key)];

    public static SigningKey Key(string name) =>
        SigningKey.FromSeed(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

    public RepositoryPlan Plan(RepositoryChange change, params SigningKey[] keys) =>
        RepositoryWriter.Apply(State, change, keys is [] ? Keys : keys, Now, Lifetimes);

    public void Apply(RepositoryChange change, params SigningKey[] keys) => Take(Plan(change, keys));

    public void Refresh() => Apply(new());

    /// <summary>Publishes any number of releases of one content in one step.</summary>
    public async Task<List<Guid>> PublishMany(int count, int firstId = 1, string feed = "tinh")
    {
        var sample = await Sample.Build(("a.txt", [1]));
        var releases = Enumerable
            .Range(firstId, count)
            .Select(i => sample.Manifest with { Release = Sample.Description($"goi/so-{i}", id: i) })
            .ToList();
        Apply(new() { Feeds = [new(feed) { Publish = releases }] });
        return [.. releases.Select(r => r.Release.ReleaseId)];
    }

    public async Task<Sample> Publish(ReleaseDescription release, string feed = "tinh")
    {
        var sample = await Sample.Build(
            release,
            ("index.html", Sample.Text(release.Version, 40_000)),
            ("anh.jpg", Sample.Noise(7, 100_000))
        );
        Plane.Write(sample);
        Apply(new() { Feeds = [new(feed) { Publish = [sample.Manifest] }] });
        return sample;
    }

    /// <summary>A point that trusts the first root, and nothing yet of the rest.</summary>
    public async Task<(TufClient Client, Store Store)> NewPoint()
    {
        var store = new Store();
        await TufClient.Initialise(store, Plane.Files["metadata/1.root.json"]);
        return (new(store), store);
    }

    /// <summary>Writes a step as a publisher does, news before the timestamp.</summary>
    private void Take(RepositoryPlan plan)
    {
        var past = Plane.Copy();
        State = plan.State;
        var now = State.Versions["snapshot"];
        for (var from = Math.Max(1, now - NewsWriter.Steps); from < now; from++)
        {
            if (NewsWriter.Write(State, from, past).GetAwaiter().GetResult() is { } news)
            {
                Plane.Write(news);
            }
        }
        Plane.Write(plan);
    }
}
