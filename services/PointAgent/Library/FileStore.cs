using System.Security.Cryptography;
using LaiChau.Distribution;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// Whole files under their SHA-256. A name stands for verified content or does not exist: bytes are written beside, synced,
/// and renamed (<see cref="FileBatch"/>). Which of them are needed is the database's knowledge; what it does not name is swept.
/// </summary>
internal sealed class FileStore
{
    public const int Step = 256 * 1024;
    private readonly string _folder;
    private readonly string _scratch;
    private readonly Lock _turn = new();
    private readonly Dictionary<Guid, HashSet<string>> _kept = [];

    public FileStore(AgentOptions options)
    {
        _folder = Path.Combine(options.DataFolder, "files");
        _scratch = Path.Combine(options.DataFolder, "scratch");
        Durable.MakeFolder(_folder);
    }

    /// <summary>What a power cut left there; not while anybody writes.</summary>
    public void ClearScratch()
    {
        if (Directory.Exists(_scratch))
            Directory.Delete(_scratch, recursive: true);
    }

    /// <summary>An empty file on the same disk that is gone once closed.</summary>
    public Stream OpenScratch() =>
        new FileStream(
            NewScratch(),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 64 * 1024,
            FileOptions.DeleteOnClose
        );

    /// <summary>A path on the same disk where nothing lies; what is left there is gone at the next start.</summary>
    public string NewScratch()
    {
        Directory.CreateDirectory(_scratch);
        return Path.Combine(_scratch, Path.GetRandomFileName());
    }

    /// <summary>For files of a release on its way, one batch at a time.</summary>
    public FileBatch Begin(Guid release) => new(this, release, _folder);

    public string PathOf(string file) => Path.Combine(_folder, file[..2], file);

    public bool Has(string file, long size) =>
        new FileInfo(PathOf(file)) is { Exists: true } held && held.Length == size;

    /// <summary>
    /// Reads it all: what is about to be shown under a new release, or built upon, must not have rotted on the disk. A sector that cannot
    /// be read is rot, too.
    /// </summary>
    /// <param name="file">Its name.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="rest">After every <see cref="Step"/> bytes, so that others get their turn at the disk.</param>
    public async Task<bool> IsWhole(string file, long size, CancellationToken stop, TimeSpan rest = default)
    {
        if (!Has(file, size))
            return false;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var stream = File.OpenHandle(PathOf(file), options: FileOptions.SequentialScan);
            var buffer = new byte[(int)Math.Min(Step, size)];
            for (long at = 0; at < size; )
            {
                var read = RandomAccess.Read(stream, buffer, at);
                if (read == 0)
                    return false;
                hash.AppendData(buffer, 0, read);
                at += read;
                if (rest > TimeSpan.Zero)
                    await Task.Delay(rest, stop);
                stop.ThrowIfCancellationRequested();
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset()) == file;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Takes in a file that lies elsewhere on this disk, hashed and synced.</summary>
    public void Adopt(Guid release, string path, string name)
    {
        Keep(release, [name]);
        Durable.MakeFolder(Path.GetDirectoryName(PathOf(name))!);
        Durable.Rename(path, PathOf(name));
    }

    /// <summary>Files that a release on its way is made of or leans on: no sweep takes them.</summary>
    public void Keep(Guid release, IEnumerable<string> files)
    {
        lock (_turn)
        {
            if (!_kept.TryGetValue(release, out var kept))
                _kept[release] = kept = [];
            kept.UnionWith(files);
        }
    }

    /// <summary>What it leaned on is needed no more.</summary>
    public void KeepOnly(Guid release, IEnumerable<string> files)
    {
        lock (_turn)
            _kept[release] = [.. files];
    }

    public void LetGo(Guid release)
    {
        lock (_turn)
            _kept.Remove(release);
    }

    /// <summary>
    /// Removes every file that is not needed. What cannot be removed stays for the next time.
    /// </summary>
    public (int Removed, int Left) Sweep(IReadOnlySet<string> needed)
    {
        lock (_turn)
        {
            var unneeded = Directory
                .EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
                .Where(path => !IsNeeded(Path.GetFileName(path)))
                .ToList();
            var removed = unneeded.Count(TryDelete);
            return (removed, unneeded.Count - removed);
        }

        bool IsNeeded(string file) => needed.Contains(file) || _kept.Values.Any(kept => kept.Contains(file));
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
