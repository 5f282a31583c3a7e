using LaiChau.Distribution;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// The signing keys: every PEM file in one folder, whatever its name, so that the old key and its successor lie side by side while one
/// takes over from the other. Which key signs what is said by the signed root and targets alone; offline keys have no business here.
/// Nothing of a key is ever logged.
/// </summary>
internal sealed class KeyFolder(IOptions<CatalogOptions> options)
{
    private const string Root = "root";
    private const string Targets = "targets";
    private const string Snapshot = "snapshot";
    private const string Timestamp = "timestamp";
    private const string FirstRoot = "1.root.json";
    private const string FirstTargets = "1.targets.json";

    private readonly Lock reading = new();
    private readonly Dictionary<string, (Sha256Digest Content, SigningKey Key)> read = new(StringComparer.Ordinal);

    private KeyOptions Settings => options.Value.Keys;

    private IEnumerable<string> Online => [Snapshot, Timestamp, .. options.Value.Feeds.Select(KeyOf)];

    /// <summary>At start: better not to run than to find at the first approval that nothing can be signed.</summary>
    public void Check()
    {
        if (!Settings.CreateIfMissing && Load().Count == 0)
        {
            Require(Online);
        }
    }

    /// <summary>Every key at hand now: a key that is put there or taken away counts from the next step on.</summary>
    /// <exception cref="KeyUnreadableException">A PEM file that is not a key to sign with.</exception>
    public IReadOnlyCollection<SigningKey> Load()
    {
        if (!Directory.Exists(Settings.Folder))
        {
            return [];
        }
        lock (reading)
        {
            return
            [
                .. Directory
                    .EnumerateFiles(Settings.Folder, "*.pem")
                    .Order(StringComparer.Ordinal)
                    .Select(f => Read(Path.GetFileNameWithoutExtension(f)))
                    .DistinctBy(k => k.Public.KeyId),
            ];
        }
    }

    /// <summary>The key of a feed that the plane does not have yet, made now if missing and allowed.</summary>
    public RoleSigners LoadNewFeed(string feed)
    {
        CreateMissing([KeyOf(feed)]);
        Require([KeyOf(feed)]);
        return RoleSigners.One(Read(KeyOf(feed)));
    }

    /// <summary>Root and targets as two officers signed them, for the first start; null when no such ceremony was held.</summary>
    public async Task<(byte[] Root, byte[] Targets)?> ReadCeremony(CancellationToken ct)
    {
        if (Settings.Ceremony is not { Length: > 0 } folder)
        {
            return null;
        }
        foreach (var name in new[] { FirstRoot, FirstTargets })
        {
            if (!File.Exists(Path.Combine(folder, name)))
            {
                throw new InvalidOperationException(
                    $"{name} is not in the folder '{Path.GetFullPath(folder)}' (setting Catalog:Keys:Ceremony)."
                );
            }
        }
        return (
            await File.ReadAllBytesAsync(Path.Combine(folder, FirstRoot), ct),
            await File.ReadAllBytesAsync(Path.Combine(folder, FirstTargets), ct)
        );
    }

    /// <summary>For a first root that is made here: all keys, made now if missing and allowed.</summary>
    public (RepositoryDesign Design, IReadOnlyCollection<SigningKey> Keys) LoadForCeremony()
    {
        string[] names = [Root, Targets, .. Online];
        CreateMissing(names);
        Require(names);
        var keys = names.ToDictionary(n => n, Read);
        return (
            new RepositoryDesign
            {
                Root = RoleSigners.One(keys[Root]),
                Targets = RoleSigners.One(keys[Targets]),
                Snapshot = RoleSigners.One(keys[Snapshot]),
                Timestamp = RoleSigners.One(keys[Timestamp]),
                Feeds = options.Value.Feeds.ToDictionary(f => f, f => RoleSigners.One(keys[KeyOf(f)])),
            },
            keys.Values
        );
    }

    private static string KeyOf(string feed) => $"feed-{feed}";

    private string FileOf(string name) => Path.Combine(Settings.Folder, $"{name}.pem");

    private void CreateMissing(IEnumerable<string> names)
    {
        if (!Settings.CreateIfMissing)
        {
            return;
        }
        Directory.CreateDirectory(Settings.Folder);
        foreach (var name in names.Where(n => !File.Exists(FileOf(n))))
        {
            Create(FileOf(name));
        }
    }

    private void Require(IEnumerable<string> names)
    {
        if (names.Where(n => !File.Exists(FileOf(n))).ToList() is { Count: > 0 } missing)
        {
            throw new InvalidOperationException(
                $"The signing keys {string.Join(", ", missing.Select(n => $"{n}.pem"))} are not in the folder "
                    + $"'{Path.GetFullPath(Settings.Folder)}' (setting Catalog:Keys:Folder). Put them there, with the signed "
                    + "1.root.json and 1.targets.json in the folder that Catalog:Keys:Ceremony names, or set "
                    + "Catalog:Keys:CreateIfMissing to have keys made at the first start."
            );
        }
    }

    /// <summary>Made anew only when the file has changed: a key's memory is locked, and there is not much of that.</summary>
    private SigningKey Read(string name)
    {
        var pem = File.ReadAllText(FileOf(name));
        var content = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(pem));
        lock (reading)
        {
            if (read.TryGetValue(name, out var known) && known.Content == content)
            {
                return known.Key;
            }
            try
            {
                var key = SigningKey.FromPem(pem);
                read[name] = (content, key);
                return key;
            }
            catch (FormatException bad)
            {
                throw new KeyUnreadableException($"{name}.pem", Path.GetFullPath(Settings.Folder), bad);
            }
        }
    }

    /// <summary>Whole and on the disk before anything is signed with it: what only this key can sign must not outlive it.</summary>
    private static void Create(string path)
    {
        using var key = SigningKey.Generate();
        var draft = path + ".draft";
        File.Delete(draft);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var file = new FileStream(draft, mode))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(key.ToPem()));
            file.Flush();
            Disk.Sync(file.SafeFileHandle);
        }
        File.Move(draft, path, overwrite: false);
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
    }
}

/// <summary>A PEM file in the key folder that cannot sign: another kind of key, or one under a passphrase.</summary>
internal sealed class KeyUnreadableException(string file, string folder, Exception inner)
    : InvalidOperationException(
        $"{Path.Combine(folder, file)} is not an Ed25519 private key without passphrase (PKCS#8 PEM).",
        inner
    )
{
    public string File { get; } = file;
}
