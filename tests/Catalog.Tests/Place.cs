using System.Collections.Concurrent;
using LaiChau.Testing;
using Microsoft.Data.Sqlite;

namespace LaiChau.Catalog.Tests;

/// <summary>Where a catalog keeps what it has: it stays while hosts come and go.</summary>
internal sealed class Place : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> parts = new();

    private Place() => Folder = Directory.CreateTempSubdirectory("laichau-catalog-").FullName;

    public string Folder { get; }

    public Dictionary<string, string?> Settings { get; } = new(TestTokens.Settings);

    /// <summary>Messages of the catalog as another service got them.</summary>
    public ConcurrentQueue<object> Heard { get; } = new();

    public PostgresDatabase Database { get; private set; } = null!;

    /// <summary>PostgreSQL, RabbitMQ, S3.</summary>
    public static async Task<Place> Cluster(S3Buckets? buckets = null)
    {
        var place = new Place();
        place.Database = place.Keep(await PostgresDatabase.Create());
        var broker = place.Keep(await RabbitMqHost.Create());
        buckets ??= place.Keep(await S3Buckets.Create());
        place.Take([place.Database.Setting("Catalog"), broker.Setting, .. buckets.Settings]);
        return place.WithKeys();
    }

    /// <summary>SQLite, messages in the process, a folder for objects.</summary>
    public static Place Standalone()
    {
        var place = new Place();
        place.Take([
            new("ConnectionStrings:Catalog", $"Data Source={Path.Combine(place.Folder, "catalog.db")}"),
            new("ObjectStore:Folder", Path.Combine(place.Folder, "objects")),
        ]);
        return place.WithKeys();
    }

    /// <summary>Another standalone place with the same in it; nobody may be at work in this one.</summary>
    public Place Copy()
    {
        SqliteConnection.ClearAllPools();
        var copy = Standalone();
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var there = Path.Combine(copy.Folder, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(there)!);
            File.Copy(file, there);
        }
        return copy;
    }

    public string Keys => Path.Combine(Folder, "keys");

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts)
        {
            await part.DisposeAsync();
        }
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Push(part);
        return part;
    }

    private Place WithKeys()
    {
        Take([new("Catalog:Keys:Folder", Keys), new("Catalog:Keys:CreateIfMissing", "true")]);
        return this;
    }

    private void Take(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        foreach (var (name, value) in settings)
        {
            Settings[name] = value;
        }
    }
}
