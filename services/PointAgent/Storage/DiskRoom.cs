namespace LaiChau.PointAgent.Storage;

/// <summary>Refuses to begin what could not end for lack of room.</summary>
internal sealed class DiskRoom(AgentOptions options)
{
    /// <summary>Room that is left to the database and to the machine.</summary>
    private const long Reserve = 8 * 1024 * 1024;

    /// <exception cref="NoRoomException">There is not so much.</exception>
    public void Require(long bytes)
    {
        var free = new DriveInfo(options.DataFolder).AvailableFreeSpace;
        if (free < bytes + Reserve)
            throw new NoRoomException(
                $"{bytes} bytes and a reserve of {Reserve} are needed, {free} are free.",
                bytes + Reserve - free,
                isQuota: false
            );
        if (options.QuotaBytes is { } quota && Used() + bytes - quota is > 0 and var lacking)
            throw new NoRoomException(
                $"{bytes} bytes are needed, {lacking} more than the quota of {quota} leaves.",
                lacking,
                isQuota: true
            );
    }

    /// <summary>By content, whole or on its way.</summary>
    private long Used() => SizeOf("files") + SizeOf("pulls");

    private long SizeOf(string folder) =>
        new DirectoryInfo(Path.Combine(options.DataFolder, folder)) is { Exists: true } found
            ? found.EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
            : 0;
}

/// <summary>Said before anything is written that could not end well.</summary>
internal sealed class NoRoomException(string message, long lacking, bool isQuota)
    : IOException(message, FullDisk.Expected)
{
    /// <summary>Bytes that would have to go first.</summary>
    public long Lacking => lacking;

    /// <summary>Of what content may take; else of the disk.</summary>
    public bool IsQuota => isQuota;
}
