using System.Buffers;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.Catalog.Pushes;

/// <summary>Takes one block. Nothing is stored before all of it is here and is what its name says.</summary>
internal static class PutBlock
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string sha256,
        HttpRequest request,
        CatalogDb db,
        BlockStore blocks,
        CancellationToken ct
    )
    {
        if (!Sha256Digest.TryParse(sha256, out var named))
        {
            return CatalogProblems.BlockHashMismatch.With("Mã băm trong địa chỉ không phải SHA-256 (64 chữ số hex).");
        }
        if (request.ContentLength > UploadBlocks.MaxLength)
        {
            // Nobody will read the body; the connection cannot serve another request.
            request.HttpContext.Response.Headers.Connection = "close";
            return CatalogProblems.BlockTooLarge.With();
        }
        var buffer = ArrayPool<byte>.Shared.Rent(UploadBlocks.MaxLength + 1);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, UploadBlocks.MaxLength + 1),
                UploadBlocks.MaxLength + 1,
                throwOnEndOfStream: false,
                ct
            );
            if (length > UploadBlocks.MaxLength)
            {
                return CatalogProblems.BlockTooLarge.With();
            }
            var content = buffer.AsMemory(0, length);
            var found = Sha256Digest.Of(content.Span);
            if (length == 0 || found != named)
            {
                return CatalogProblems.BlockHashMismatch.With($"Nhận được {length} byte có mã băm {found}.");
            }
            await blocks.Put(db, named.ToString(), content, ct);
            CatalogMetrics.Pushed(length, "block");
            return TypedResults.NoContent();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
