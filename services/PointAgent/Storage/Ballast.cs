namespace LaiChau.PointAgent.Storage;

/// <summary>
/// A little room held back by a file of zeros. When something else fills the disk, it is given up so that a recall, which has
/// to be written down, still gets through.
/// </summary>
internal sealed class Ballast(AgentOptions options)
{
    private const int Size = 2 * 1024 * 1024;
    private readonly string _path = Path.Combine(options.DataFolder, "ballast");

    /// <returns>True when there was some to give up.</returns>
    public bool GiveUp()
    {
        var was = File.Exists(_path);
        File.Delete(_path);
        return was;
    }

    /// <summary>Taken again only while there is plenty of room.</summary>
    public void TakeBack()
    {
        if (!File.Exists(_path) && new DriveInfo(options.DataFolder).AvailableFreeSpace > 8 * Size)
            Durable.Write(_path, new byte[Size]);
    }
}
