using System.Security.Cryptography;

namespace LaiChau.Distribution.Content;

/// <summary>A block of an upload.</summary>
/// <param name="Sha256">Its digest, and its name at the server.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Length">Bytes, 1 … 512 KiB.</param>
public readonly record struct UploadBlock(Sha256Digest Sha256, long Offset, int Length);

/// <summary>A file cut into blocks.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Digest of the whole.</param>
/// <param name="Blocks">Blocks in order; none for an empty file.</param>
public sealed record SplitFile(long Size, Sha256Digest Sha256, IReadOnlyList<UploadBlock> Blocks);

/// <summary>Content-defined blocks (avg 128 KiB, min 32, max 512) for resumable uploads that send only what is missing.</summary>
public static class UploadBlocks
{
    /// <summary>Largest block, bytes.</summary>
    public const int MaxLength = 512 * 1024;

    private static readonly FastCdc Cdc = new(32 * 1024, 128 * 1024, MaxLength);

    /// <summary>Cuts what is left of <paramref name="content"/>; memory is bounded.</summary>
    /// <param name="content">The file.</param>
    /// <param name="onBlock">Called for each block in order with its bytes (valid during the call).</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<SplitFile> Split(
        Stream content,
        Func<UploadBlock, ReadOnlyMemory<byte>, CancellationToken, ValueTask>? onBlock = null,
        CancellationToken ct = default
    )
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var cutter = new StreamCutter(Cdc, content);
        var blocks = new List<UploadBlock>();
        long offset = 0;
        while (await cutter.Next(ct) is { IsEmpty: false } piece)
        {
            whole.AppendData(piece.Span);
            var block = new UploadBlock(Sha256Digest.Of(piece.Span), offset, piece.Length);
            blocks.Add(block);
            offset += piece.Length;
            if (onBlock is not null)
            {
                await onBlock(block, piece, ct);
            }
        }
        return new(offset, new(whole.GetHashAndReset()), blocks);
    }
}
