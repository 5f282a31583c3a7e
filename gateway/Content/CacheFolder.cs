using LaiChau.ServiceDefaults.Objects;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.Gateway.Content;

/// <summary>
/// Where cached objects lie: <c>whole/</c> under the names they have in the plane, <c>drafts/</c> while they come. One process at a time has it; what a killed one
/// left half-written is swept.
/// </summary>
internal sealed class CacheFolder(string root) : IDisposable
{
    private readonly string whole = Path.Combine(root, "whole");
    private readonly string drafts = Path.Combine(root, "drafts");
    private FileStream? hold;

    /// <summary>Takes the folder and answers what is in it, the least recently used first.</summary>
    public IReadOnlyList<(string Key, long Size)> Take()
    {
        Directory.CreateDirectory(root);
        hold ??= new FileStream(
            Path.Combine(root, "in-use"),
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.None
        );
        if (Directory.Exists(drafts))
        {
            Directory.Delete(drafts, recursive: true);
        }
        Directory.CreateDirectory(drafts);
        return
        [
            .. Directory
                .CreateDirectory(whole)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderBy(f => f.LastAccessTimeUtc)
                .Select(f => (Path.GetRelativePath(whole, f.FullName).Replace('\\', '/'), f.Length)),
        ];
    }

    /// <summary>A new file, with its room set aside: a disk that is too full says so before anybody reads.</summary>
    public (string Draft, SafeFileHandle Handle) Begin(long size)
    {
        var draft = Path.Combine(drafts, Guid.CreateVersion7().ToString("n"));
        Directory.CreateDirectory(drafts);
        var handle = File.OpenHandle(
            draft,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            preallocationSize: size
        );
        return (draft, handle);
    }

    /// <summary>From here on it is found again after a restart: whole, also when power goes now.</summary>
    public void Keep(string draft, SafeFileHandle handle, string key)
    {
        var place = Place(key);
        Disk.Sync(handle);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Move(draft, place, overwrite: true);
    }

    public SafeFileHandle Open(string key) =>
        File.OpenHandle(Place(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public void Delete(string key) => File.Delete(Place(key));

    public static void Sweep(string? draft)
    {
        if (draft is not null)
        {
            File.Delete(draft);
        }
    }

    public void Dispose() => hold?.Dispose();

    private string Place(string key) => Path.Combine(whole, key);
}
