using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.ServiceDefaults.Objects;

/// <summary>
/// fsync that reports. .NET's own flush swallows EIO and ENOSPC on Linux and cannot sync a folder, and without the folder a
/// renamed file may be gone after a power cut.
/// </summary>
public static partial class Disk
{
    public static void Sync(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(file);
        }
        else if (Fsync(file) != 0)
        {
            throw Failed();
        }
    }

    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw Failed();
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Fsync(handle) != 0)
        {
            throw Failed();
        }
    }

    private static IOException Failed() => new($"fsync: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
