using LaiChau.Cli.Api;
using LaiChau.Distribution.Content;

namespace LaiChau.Cli.Push;

/// <summary>Where the bytes of a block lie on this machine.</summary>
/// <param name="Weight">Bytes it stands for in the whole folder: the same block may occur many times and is sent once.</param>
internal sealed record BlockPlace(string Path, string FullName, long Offset, int Length, long Weight)
{
    public async Task<ReadOnlyMemory<byte>> Read(CancellationToken ct)
    {
        var bytes = new byte[Length];
        await using var file = new FileStream(
            FullName,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 0,
            useAsync: true
        );
        file.Position = Offset;
        // Shorter than it was: what is left does not have the announced hash, and the server will say so.
        var read = await file.ReadAtLeastAsync(bytes, Length, throwOnEndOfStream: false, ct);
        return bytes.AsMemory(0, read);
    }
}

internal static class BlockPlan
{
    /// <summary>Cuts every file; blocks are read again when sent, so memory does not grow with the folder.</summary>
    public static async Task<(IReadOnlyList<PushFile> Files, IReadOnlyDictionary<string, BlockPlace> Places)> Cut(
        IReadOnlyList<FoundFile> found,
        CancellationToken ct
    )
    {
        var files = new List<PushFile>();
        var places = new Dictionary<string, BlockPlace>(StringComparer.Ordinal);
        foreach (var file in found)
        {
            await using var content = File.OpenRead(file.FullName);
            var split = await UploadBlocks.Split(content, ct: ct);
            foreach (var block in split.Blocks)
            {
                var sha256 = block.Sha256.ToString();
                places[sha256] = places.TryGetValue(sha256, out var known)
                    ? known with
                    {
                        Weight = known.Weight + block.Length,
                    }
                    : new BlockPlace(file.Path, file.FullName, block.Offset, block.Length, block.Length);
            }
            files.Add(
                new PushFile(
                    file.Path,
                    split.Size,
                    split.Sha256.ToString(),
                    MediaTypes.Of(file.Path),
                    [.. split.Blocks.Select(b => new PushBlock(b.Sha256.ToString(), b.Length))]
                )
            );
        }
        return (files, places);
    }
}
