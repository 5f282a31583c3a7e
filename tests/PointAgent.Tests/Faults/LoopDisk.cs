using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.PointAgent.Tests.Faults;

/// <summary>An ext4 file system of its own on a loop device, whose power can be cut: what was not synced is gone.</summary>
internal sealed partial class LoopDisk : IAsyncDisposable
{
    private const nuint ShutDown = 0x8004587d;
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("loop-");

    private LoopDisk() { }

    public string Folder => Path.Combine(Root, "point");

    private string Root => Path.Combine(_place.FullName, "disk");

    private string Image => Path.Combine(_place.FullName, "image");

    public static LoopDisk Mount(int megabytes)
    {
        var disk = new LoopDisk();
        using (var image = File.Create(disk.Image))
            image.SetLength(megabytes * 1024L * 1024);
        // Nothing is set aside for root, who runs the tests.
        Programs.Run("mkfs.ext4", "-q", "-F", "-m", "0", disk.Image);
        Directory.CreateDirectory(disk.Root);
        // Other trials' network namespaces have a copy of all mounts: what is unmounted here must go there, too, or the disk without power lives on.
        Programs.Run("mount", "--bind", disk._place.FullName, disk._place.FullName);
        Programs.Run("mount", "--make-shared", disk._place.FullName);
        disk.Mount();
        Directory.CreateDirectory(disk.Folder);
        Programs.Run("sync", "-f", disk.Root);
        return disk;
    }

    public long Free => new DriveInfo(Root).AvailableFreeSpace;

    /// <summary>From now on nothing reaches the disk, and whoever writes is told so.</summary>
    public void CutPower()
    {
        const int CloseOnExec = 0x80000;
        var withoutFlushing = 2u;
        using var root = new SafeFileHandle(Open(Root, CloseOnExec), ownsHandle: true);
        Assert.Equal(0, Control(root, ShutDown, ref withoutFlushing));
    }

    /// <summary>Nobody may have a file open there.</summary>
    public void GivePower()
    {
        Programs.Run("umount", Root);
        Mount();
    }

    /// <summary>Somebody else's file takes the room, and stays when the power goes.</summary>
    /// <returns>That file, to be deleted.</returns>
    public string Fill(long leaving)
    {
        var filler = SmallDisk.Fill(Root, leaving);
        Programs.Run("sync", "-f", Root);
        return filler;
    }

    public ValueTask DisposeAsync()
    {
        Programs.Run("umount", "--lazy", Root);
        Programs.Run("umount", "--lazy", _place.FullName);
        _place.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private void Mount() => Programs.Run("mount", "-o", "loop", Image, Root);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeFileHandle file, nuint request, ref uint how);
}
