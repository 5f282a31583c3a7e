using LaiChau.Cli.Keys;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;

namespace LaiChau.Cli.Sticks;

/// <summary>
/// A plane in a folder of a stick that may be full, rotten or pulled out. Every file is whole under its name or not there; nothing is asked of the file
/// system but writing, syncing and renaming.
/// </summary>
internal sealed class StickFolder(string folder)
{
    private const string Unfinished = ".part";
    private const int MostTries = 5;
    private readonly HashSet<string> files = new(StringComparer.Ordinal);

    public string Path => folder;

    /// <summary>
    /// Makes the folder. A stick is somebody else's: what is written must not go over a link to elsewhere, nor into a pipe.
    /// </summary>
    /// <exception cref="CommandRefusedException">There is a link.</exception>
    public void Prepare() => Inspect(Directory.CreateDirectory(folder));

    public long Written { get; private set; }

    /// <summary>Bytes of objects that were there and are right.</summary>
    public long Kept { get; private set; }

    public IMirror Plane { get; } = new FolderMirror(folder);

    /// <summary>What a stick of this export has to hold; see <see cref="RemoveOthers"/>.</summary>
    public void Write(string path, byte[] content)
    {
        var file = Place(path);
        if (
            new FileInfo(file) is { Exists: true } there
            && there.Length == content.Length
            && File.ReadAllBytes(file).AsSpan().SequenceEqual(content)
        )
        {
            return;
        }
        WholeFile.Write(file, content);
        Written += content.Length;
    }

    public long Missing(HeadedObject wanted) =>
        new FileInfo(PathOf(wanted.PlanePath)) is { Exists: true } held && held.Length == wanted.Size ? 0
        : new FileInfo(PathOf(wanted.PlanePath) + Unfinished) is { Exists: true } begun
            ? Math.Max(0, wanted.Size - begun.Length)
        : wanted.Size;

    /// <summary>Brings an object, going on where an earlier export was cut off.</summary>
    /// <param name="wanted">Which.</param>
    /// <param name="check">Reads it: false, or a <see cref="DistributionException"/>, when it is not what is signed.</param>
    /// <param name="plane">From where.</param>
    /// <param name="came">Hears of bytes that came.</param>
    /// <param name="ct">Cancels.</param>
    public async Task Fetch(
        HeadedObject wanted,
        Func<Stream, Task<bool>> check,
        IMirror plane,
        Action<int> came,
        CancellationToken ct
    )
    {
        var file = Place(wanted.PlanePath);
        if (File.Exists(file) && await IsRight(file, wanted, check))
        {
            Kept += wanted.Size;
            return;
        }
        for (var isSecond = false; ; isSecond = true)
        {
            await Bring(wanted, file + Unfinished, plane, came, ct);
            if (await IsRight(file + Unfinished, wanted, check))
            {
                File.Move(file + Unfinished, file, overwrite: true);
                return;
            }
            File.Delete(file + Unfinished);
            if (isSecond)
            {
                throw new CommandRefusedException(
                    $"Máy chủ đưa sai nội dung của {wanted.PlanePath}; hãy báo người vận hành."
                );
            }
        }
    }

    /// <summary>What earlier exports left and this one has no use for.</summary>
    public void RemoveOthers()
    {
        foreach (var part in (string[])["metadata", "targets", "objects"])
        {
            var place = new DirectoryInfo(System.IO.Path.Combine(folder, part));
            foreach (var file in place.Exists ? place.GetFiles("*", SearchOption.AllDirectories) : [])
            {
                if (!files.Contains(System.IO.Path.GetRelativePath(folder, file.FullName).Replace('\\', '/')))
                {
                    file.Delete();
                }
            }
        }
    }

    private async Task Bring(HeadedObject wanted, string file, IMirror plane, Action<int> came, CancellationToken ct)
    {
        await using var target = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (target.Length > wanted.Size)
        {
            target.SetLength(0);
        }
        target.Position = target.Length;
        var failures = 0;
        while (target.Position < wanted.Size)
        {
            var before = target.Position;
            try
            {
                await Append(wanted, target, plane, came, ct);
            }
            catch (HttpRequestException) when (target.Position > before || ++failures < MostTries)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }
        target.Flush(flushToDisk: true);
    }

    private async Task Append(
        HeadedObject wanted,
        FileStream target,
        IMirror plane,
        Action<int> came,
        CancellationToken ct
    )
    {
        var range = new ByteRange(target.Position, wanted.Size - target.Position);
        await using var source =
            await plane.OpenContent(wanted.PlanePath, range, ct)
            ?? throw new CommandRefusedException($"Máy chủ thiếu {wanted.PlanePath}; hãy báo người vận hành.");
        var buffer = new byte[256 * 1024];
        while (target.Position < wanted.Size)
        {
            var room = (int)Math.Min(buffer.Length, wanted.Size - target.Position);
            var read = await source.ReadAsync(buffer.AsMemory(0, room), ct);
            if (read == 0)
            {
                throw new HttpRequestException($"{wanted.PlanePath} ends at byte {target.Position}.");
            }
            await target.WriteAsync(buffer.AsMemory(0, read), ct);
            Written += read;
            came(read);
        }
    }

    private static async Task<bool> IsRight(string file, HeadedObject wanted, Func<Stream, Task<bool>> check)
    {
        await using var stream = File.OpenRead(file);
        if (stream.Length != wanted.Size)
        {
            return false;
        }
        try
        {
            return await check(stream);
        }
        catch (DistributionException)
        {
            return false;
        }
    }

    private static void Inspect(DirectoryInfo folder)
    {
        if (folder.LinkTarget is not null)
        {
            throw new CommandRefusedException(
                $"{folder.FullName} là liên kết đến nơi khác: không ghi. Hãy xóa nó trên USB."
            );
        }
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo inner)
            {
                Inspect(inner);
            }
            else if (entry.LinkTarget is not null)
            {
                throw new CommandRefusedException(
                    $"{entry.FullName} là liên kết đến nơi khác: không ghi. Hãy xóa nó trên USB."
                );
            }
            else if (((FileInfo)entry).Length == 0)
            {
                entry.Delete();
            }
        }
    }

    private string PathOf(string path) => System.IO.Path.Combine(folder, path);

    private string Place(string path)
    {
        files.Add(path);
        var file = PathOf(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        return file;
    }
}
