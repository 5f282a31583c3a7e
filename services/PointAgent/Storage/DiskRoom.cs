namespace LaiChau.PointAgent.Storage;

/// <summary>Refuses to begin what could not end for lack of room.</summary>
internal sealed class DiskRoom(AgentOptions options)
{
    /// <summary>Room that is left to the database and to the machine.</summary>
    private const long Reserve = 8 * 1024 * 1024;

    public void Require(long bytes)
    {
        var free = new DriveInfo(options.DataFolder).AvailableFreeSpace;
        if (free < bytes + Reserve)
            throw FullDisk.Foreseen($"{bytes} bytes and a reserve of {Reserve} are needed, {free} are free.");
    }
}
