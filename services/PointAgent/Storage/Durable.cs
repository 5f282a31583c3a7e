using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LaiChau.PointAgent.Storage;

/// <summary>
/// Writes that are on the disk when the call returns, or throw. .NET's own flush reports neither EIO nor ENOSPC and cannot
/// sync a folder, so on Linux libc's fsync is called and its answer believed.
/// </summary>
internal static partial class Durable
{
    private const int InterruptedCall = 4;
    private const int ReadOnlyCloseOnExec = 0x80000;

    public static void Flush(FileStream file)
    {
        file.Flush(flushToDisk: !OperatingSystem.IsLinux());
        if (OperatingSystem.IsLinux())
            Sync(file.SafeFileHandle, file.Name);
    }

    public static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var handle = Open(folder);
        Sync(handle, folder);
    }

    /// <summary>
    /// All that was written to the disk of <paramref name="folder"/> since this was opened can be flushed by one call: it costs the same for one file
    /// as for hundreds. Null where the system has no such call: <see cref="Flush"/> every file there.
    /// </summary>
    public static SafeFileHandle? OpenDisk(string folder) => OperatingSystem.IsLinux() ? Open(folder) : null;

    /// <summary>Errors since <see cref="OpenDisk"/> are reported by Linux from 5.8 on. Nothing where that answered null.</summary>
    public static void FlushDisk(SafeFileHandle? disk, string folder)
    {
        if (disk is not null)
            Insist(() => DiskSync(disk), "syncfs", folder);
    }

    /// <summary>Makes a folder whose own entry survives a power cut.</summary>
    public static void MakeFolder(string folder, bool secret = false)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent)
            MakeFolder(parent);
        if (secret && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        else
            Directory.CreateDirectory(folder);
        FlushFolder(Path.GetDirectoryName(folder)!);
    }

    /// <summary>The file holds the old bytes or all of the new ones, at any instant.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool secret = false)
    {
        var partial = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (secret && !OperatingSystem.IsWindows())
        {
            File.Delete(partial);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var file = new FileStream(partial, options))
        {
            file.Write(bytes);
            Flush(file);
        }
        Rename(partial, path);
    }

    /// <summary>A file to be appended to and read, whose entry in its folder survives a power cut.</summary>
    public static FileStream OpenGrowing(string path)
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        var isNew = !File.Exists(path);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (isNew)
            FlushFolder(Path.GetDirectoryName(path)!);
        return file;
    }

    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushFolder(Path.GetDirectoryName(to)!);
    }

    private static SafeFileHandle Open(string folder)
    {
        var descriptor = OpenFolder(folder, ReadOnlyCloseOnExec);
        return descriptor < 0
            ? throw Failed("open", folder, Marshal.GetLastPInvokeError())
            : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Sync(SafeFileHandle handle, string name) => Insist(() => FileSync(handle), "fsync", name);

    private static void Insist(Func<int> call, string what, string name)
    {
        while (call() != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != InterruptedCall)
                throw Failed(what, name, error);
        }
    }

    // HResult carries the errno, as it does in the exceptions of the runtime: FullDisk reads both alike.
    private static IOException Failed(string call, string path, int error) =>
        new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int DiskSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);
}
