using System.Diagnostics;

namespace LaiChau.Gateway.Tests;

/// <summary>A real file system of a few megabytes, so that it can be full. Needs root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string image;

    private SmallDisk(string image) => this.image = image;

    public string Folder => $"{image}.mounted";

    /// <summary>Sets room aside for a file in advance.</summary>
    public static Task<SmallDisk> Ext4(string folder, int megabytes) => Make(folder, megabytes, "ext4");

    /// <summary>Cannot set room aside: it is full when it is full.</summary>
    public static Task<SmallDisk> Ext2(string folder, int megabytes) => Make(folder, megabytes, "ext2");

    public async ValueTask DisposeAsync() => await Run("umount", "--lazy", Folder);

    private static async Task<SmallDisk> Make(string folder, int megabytes, string kind)
    {
        var disk = new SmallDisk(Path.Combine(folder, kind));
        await using (var file = File.Create(disk.image))
        {
            file.SetLength((long)megabytes << 20);
        }
        await Run($"mkfs.{kind}", "-q", "-m", "0", disk.image);
        Directory.CreateDirectory(disk.Folder);
        await Run("mount", "-o", "loop", disk.image, disk.Folder);
        return disk;
    }

    private static async Task Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command}: {errors}");
    }
}
