using LaiChau.Distribution;
using LaiChau.PointAgent.Storage;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// Files of a release on their way into the store. They are written beside, and synced and named many at a time: an update of thousands of small files
/// would wait for the disk twice for each of them otherwise. Once it is closed, what was added is in the store and stays there.
/// </summary>
internal sealed class FileBatch : IDisposable
{
    private const int MostFiles = 256;
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly FileStore _store;
    private readonly Guid _release;
    private readonly string _folder;
    private readonly SafeFileHandle? _disk;
    private readonly Dictionary<string, string> _waiting = new(StringComparer.Ordinal);
    private long _bytes;
    private bool _isUnsynced;

    public FileBatch(FileStore store, Guid release, string folder)
    {
        (_store, _release, _folder) = (store, release, folder);
        _disk = Durable.OpenDisk(folder);
    }

    /// <param name="write">Writes the content and answers with its hash, or throws.</param>
    public async Task Add(Func<Stream, Task<Sha256Digest>> write)
    {
        var path = _store.NewScratch();
        var isWanted = false;
        try
        {
            await using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            var name = (await write(stream)).ToString();
            if (_disk is null)
                Durable.Flush(stream);
            isWanted = _waiting.TryAdd(name, path);
            _bytes += stream.Length;
        }
        finally
        {
            if (!isWanted)
                File.Delete(path);
        }
        if (_waiting.Count >= MostFiles || _bytes >= MostBytes)
            Store();
    }

    /// <summary>A file of the store, or one that was added.</summary>
    public Stream Open(string name) => File.OpenRead(_waiting.GetValueOrDefault(name) ?? _store.PathOf(name));

    public void Dispose()
    {
        using (_disk)
        {
            try
            {
                Store();
                // The names: who asks from now on may write down that they are there.
                if (_isUnsynced)
                    Durable.FlushDisk(_disk, _folder);
            }
            finally
            {
                foreach (var path in _waiting.Values)
                    File.Delete(path);
            }
        }
    }

    private void Store()
    {
        if (_waiting.Count == 0)
            return;
        Durable.FlushDisk(_disk, _folder);
        _store.Keep(_release, _waiting.Keys);
        foreach (var (name, path) in _waiting)
        {
            var place = _store.PathOf(name);
            Durable.MakeFolder(Path.GetDirectoryName(place)!);
            File.Move(path, place, overwrite: true);
            _waiting.Remove(name);
            _isUnsynced = true;
        }
        _bytes = 0;
    }
}
