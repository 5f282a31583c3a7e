namespace LaiChau.Distribution;

/// <summary>
/// A distribution plane in a folder: a stick, a local copy, a test. A link is not followed, and what has no bytes (a pipe, a device: opening one may
/// never end) is not there.
/// </summary>
/// <param name="folder">The folder that holds <c>metadata/</c>, <c>targets/</c> and <c>objects/</c>.</param>
public sealed class FolderMirror(string folder) : IMirror
{
    /// <inheritdoc/>
    public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
    {
        await using var file = await OpenContent(PlaneLayout.MetadataPath(name), range: null, ct);
        if (file is null)
        {
            return null;
        }
        var bytes = new byte[(int)Math.Min(file.Length, (long)maxLength + 1)];
        await file.ReadExactlyAsync(bytes, ct);
        return bytes;
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct)
    {
        if (path.Split('/').Any(segment => segment is "" or "." or ".."))
        {
            throw new ArgumentException($"Not a path in a plane: {path}", nameof(path));
        }
        try
        {
            var place = folder;
            foreach (var segment in path.Split('/'))
            {
                place = Path.Combine(place, segment);
                if (new FileInfo(place).LinkTarget is not null)
                {
                    return Task.FromResult<Stream?>(null);
                }
            }
            if (new FileInfo(place).Length == 0)
            {
                return Task.FromResult<Stream?>(null);
            }
            var file = new FileStream(
                place,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read | FileShare.Delete,
                bufferSize: 64 * 1024,
                useAsync: true
            );
            file.Position = range?.Offset ?? 0;
            return Task.FromResult<Stream?>(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }
}
