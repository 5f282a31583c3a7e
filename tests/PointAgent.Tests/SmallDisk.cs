using LaiChau.PointAgent.Tests.Faults;

namespace LaiChau.PointAgent.Tests;

/// <summary>A file system of its own that a test may fill up.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("disk-");

    private SmallDisk() { }

    public string Folder => Path.Combine(_place.FullName, "point");

    public static SmallDisk Mount(int megabytes)
    {
        var disk = new SmallDisk();
        Programs.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk._place.FullName);
        Directory.CreateDirectory(disk.Folder);
        return disk;
    }

    /// <summary>Somebody else's file takes the room, and what became free since the last time.</summary>
    /// <returns>That file, to be deleted.</returns>
    public string Fill(long leaving = 0) => Fill(_place.FullName, leaving);

    /// <inheritdoc cref="Fill(long)"/>
    public static string Fill(string place, long leaving)
    {
        var filler = Path.Combine(place, "filler");
        using var file = new FileStream(filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var drive = new DriveInfo(place);
        var block = new byte[4096];
        try
        {
            while (drive.AvailableFreeSpace > leaving)
                file.Write(block);
        }
        catch (IOException)
        {
            // That was the last of it.
        }
        return filler;
    }

    public ValueTask DisposeAsync()
    {
        Programs.Run("umount", "--lazy", _place.FullName);
        _place.Delete();
        return ValueTask.CompletedTask;
    }
}
