using LaiChau.Distribution.Trust;

namespace LaiChau.TufClient;

/// <summary>Trusted metadata in a folder, one file each.</summary>
internal sealed class FolderTrustStore(string folder) : ITrustStore
{
    public async ValueTask<byte[]?> Read(string name, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(folder, name), ct);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public async ValueTask Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var draft = Path.Combine(folder, "draft");
        await File.WriteAllBytesAsync(draft, content, ct);
        File.Move(draft, Path.Combine(folder, name), overwrite: true);
    }
}
