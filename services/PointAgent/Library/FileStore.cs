using LaiChau.Distribution;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// Whole files under their SHA-256. A name stands for verified content or does not exist: bytes are written beside, synced,
/// and renamed. Which of them are needed is the database's knowledge; what it does not name is swept.
/// </summary>
internal sealed class FileStore
{
    private const string Unfinished = ".part";
    private readonly string _folder;
    private readonly Lock _turn = new();
    private readonly HashSet<string> _awaited = [];

    public FileStore(AgentOptions options)
    {
        _folder = Path.Combine(options.DataFolder, "files");
        Durable.MakeFolder(_folder);
    }

    public string PathOf(string file) => Path.Combine(_folder, file[..2], file);

    public bool Has(string file, long size) =>
        new FileInfo(PathOf(file)) is { Exists: true } held && held.Length == size;

    /// <summary>Reads it all: what is about to be shown under a new release must not have rotted on the disk.</summary>
    public async Task<bool> IsWhole(string file, long size, CancellationToken stop)
    {
        if (!Has(file, size))
            return false;
        await using var stream = File.OpenRead(PathOf(file));
        return (await Sha256Digest.OfAsync(stream, stop)).ToString() == file;
    }

    /// <param name="file">The name: the hash of the content, which <paramref name="write"/> answers for.</param>
    /// <param name="write">Writes and verifies the content, or throws.</param>
    public async Task Add(string file, Func<Stream, Task> write)
    {
        var path = PathOf(file);
        Durable.MakeFolder(Path.GetDirectoryName(path)!);
        await using (var stream = new FileStream(path + Unfinished, FileMode.Create, FileAccess.Write))
        {
            await write(stream);
            Durable.Flush(stream);
        }
        Durable.Rename(path + Unfinished, path);
    }

    /// <summary>Files of a release that is being put together: no sweep takes them before it is shown.</summary>
    public void Await(IReadOnlyCollection<string> files)
    {
        lock (_turn)
        {
            _awaited.Clear();
            _awaited.UnionWith(files);
        }
    }

    /// <summary>Removes every file that is not needed, and what a death of the process or the power left half written.</summary>
    public int Sweep(IReadOnlySet<string> needed)
    {
        lock (_turn)
        {
            var unneeded = Directory
                .EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
                .Where(path => !needed.Contains(Path.GetFileName(path)))
                .Where(path => !_awaited.Contains(Path.GetFileNameWithoutExtension(path)))
                .ToList();
            unneeded.ForEach(File.Delete);
            return unneeded.Count;
        }
    }
}
