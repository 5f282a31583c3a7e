using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// The signing keys: PEM files in one folder. <c>snapshot.pem</c>, <c>timestamp.pem</c> and <c>feed-&lt;feed&gt;.pem</c> are needed always;
/// <c>root.pem</c> and <c>targets.pem</c> only to make the plane, and may lie in a safe from then on. Nothing of a key is ever logged.
/// </summary>
internal sealed class KeyFolder(IOptions<CatalogOptions> options)
{
    private const string Root = "root";
    private const string Targets = "targets";
    private const string Snapshot = "snapshot";
    private const string Timestamp = "timestamp";

    private IReadOnlyCollection<SigningKey>? loaded;

    private KeyOptions Settings => options.Value.Keys;

    private IEnumerable<string> Online => [Snapshot, Timestamp, .. options.Value.Feeds.Select(KeyOf)];

    /// <summary>At start: better not to run than to find at the first approval that nothing can be signed.</summary>
    public void Check()
    {
        if (!Settings.CreateIfMissing)
        {
            Require(Online);
        }
    }

    /// <summary>Every key at hand; read once, so a changed key needs a restart.</summary>
    public IReadOnlyCollection<SigningKey> Load()
    {
        if (loaded is null)
        {
            Require(Online);
            loaded = [.. Online.Append(Root).Append(Targets).Where(n => File.Exists(FileOf(n))).Select(Read)];
        }
        return loaded;
    }

    /// <summary>The key of a feed that the plane does not have yet, made now if missing and allowed.</summary>
    public RoleSigners LoadNewFeed(string feed)
    {
        CreateMissing([KeyOf(feed)]);
        Require([KeyOf(feed)]);
        return RoleSigners.One(Read(KeyOf(feed)));
    }

    /// <summary>For the first root: all keys, made now if missing and allowed.</summary>
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
                    + $"'{Path.GetFullPath(Settings.Folder)}' (setting Catalog:Keys:Folder). Put them there, or set "
                    + "Catalog:Keys:CreateIfMissing to have keys made at the first start."
            );
        }
    }

    private SigningKey Read(string name)
    {
        try
        {
            return SigningKey.FromPem(File.ReadAllText(FileOf(name)));
        }
        catch (FormatException bad)
        {
            throw new InvalidOperationException($"{FileOf(name)} is not an Ed25519 private key (PKCS#8 PEM).", bad);
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
