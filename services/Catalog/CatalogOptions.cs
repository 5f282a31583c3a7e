namespace LaiChau.Catalog;

/// <summary>Settings <c>Catalog:*</c>.</summary>
internal sealed class CatalogOptions
{
    /// <summary>Files in one release.</summary>
    public int MaxFiles { get; set; } = 20_000;

    /// <summary>All files of one release, bytes.</summary>
    public long MaxReleaseBytes { get; set; } = 16L << 30;

    /// <summary>One archive as sent, bytes.</summary>
    public long MaxArchiveBytes { get; set; } = 8L << 30;

    /// <summary>How many times its packed size a file of an archive may unpack to, past the first 16 MiB.</summary>
    public int MaxArchiveRatio { get; set; } = 200;

    /// <summary>The JSON that declares a push, bytes: about 100 for each block.</summary>
    public long MaxDeclarationBytes { get; set; } = 64L << 20;

    /// <summary>Where archives and packs lie while they are worked on; the system's temporary folder if not set.</summary>
    public string? ScratchFolder { get; set; }

    /// <summary>Feeds that the distribution plane has; made when the plane is first written.</summary>
    public IReadOnlyList<string> Feeds { get; set; } = [DefaultFeed];

    public KeyOptions Keys { get; set; } = new();

    public const string DefaultFeed = "tinh";

    /// <summary>A file that is gone once closed, also by a crash.</summary>
    public FileStream OpenScratch()
    {
        var folder = ScratchFolder ?? Path.GetTempPath();
        Directory.CreateDirectory(folder);
        var file = new FileStream(
            Path.Combine(folder, $"laichau-{Guid.CreateVersion7():N}.scratch"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
                BufferSize = 128 * 1024,
            }
        );
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(file.Name);
        }
        return file;
    }
}

/// <summary>Settings <c>Catalog:Keys:*</c>: the keys that sign the distribution plane.</summary>
internal sealed class KeyOptions
{
    /// <summary>Folder with the online keys, PEM files of any name: snapshot, timestamp, one of each feed. Read again at every step.</summary>
    public string Folder { get; set; } = "keys";

    /// <summary>
    /// Folder with <c>1.root.json</c> and <c>1.targets.json</c>, signed with the offline keys (<c>lcp keys</c>): the plane is made from them at
    /// the first start. Not read from then on.
    /// </summary>
    public string? Ceremony { get; set; }

    /// <summary>Make keys that are not there, and the first root, at the first start (standalone, demo, pilot).</summary>
    public bool CreateIfMissing { get; set; }
}
