using LaiChau.Distribution;

namespace LaiChau.Cli.Sticks;

/// <summary>
/// Keeps every small file that is read through it, by its path: what one reader needed to trust a plane is what the next one needs.
/// </summary>
internal sealed class ReadFiles(IMirror mirror) : IMirror
{
    private const int Longest = 64 * 1024 * 1024;
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, byte[]> Files => files;

    public void Forget(string path) => files.Remove(path);

    public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct) =>
        Keep(PlaneLayout.MetadataPath(name), await mirror.FetchMetadata(name, maxLength, ct));

    public async Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct)
    {
        await using var source = await mirror.OpenContent(path, range, ct);
        if (source is null)
        {
            return null;
        }
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        // One byte more than any reader takes is enough for it to refuse.
        while (bytes.Length <= Longest && (read = await source.ReadAsync(buffer, ct)) > 0)
        {
            bytes.Write(buffer, 0, read);
        }
        return new MemoryStream(Keep(path, bytes.ToArray())!, writable: false);
    }

    private byte[]? Keep(string path, byte[]? bytes)
    {
        if (bytes is not null)
        {
            files[path] = bytes;
        }
        return bytes;
    }
}
