using LaiChau.Catalog.Packages;
using LaiChau.Distribution;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Pushes;

/// <summary>Uploaded blocks, each under its hash: <c>blocks/ab/abcd…</c> in the media bucket, whoever pushed it first.</summary>
internal sealed class BlockStore(IObjectStore store, IOptions<ObjectStoreOptions> buckets)
{
    private string Bucket => buckets.Value.Media;

    /// <summary>Keeps a block whose bytes have been found to be <paramref name="sha256"/>; again is no harm.</summary>
    public async Task Put(CatalogDb db, string sha256, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (await db.Blocks.AnyAsync(b => b.Sha256 == sha256, ct))
        {
            return;
        }
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await store.Put(Bucket, KeyOf(sha256), stream, content.Length, "application/octet-stream", ct);
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO blocks (sha256, size) VALUES ({sha256}, {content.Length}) ON CONFLICT (sha256) DO NOTHING",
            ct
        );
    }

    /// <summary>Those of <paramref name="blocks"/> that are here.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> Known(
        CatalogDb db,
        IEnumerable<BlockOf> blocks,
        CancellationToken ct
    )
    {
        var wanted = blocks.Select(b => b.Sha256).Distinct(StringComparer.Ordinal).ToArray();
        return await db.Blocks.Where(b => wanted.Contains(b.Sha256)).ToDictionaryAsync(b => b.Sha256, b => b.Size, ct);
    }

    /// <summary>The file as one stream; nothing is fetched before it is read.</summary>
    public Stream Open(ReleaseFile file) => new BlockStream(BlockList.Read(file.Blocks), Read);

    /// <exception cref="BlockLostException">It is not there, or not what it was.</exception>
    private async Task<byte[]> Read(BlockOf block, CancellationToken ct)
    {
        await using var content = await store.Open(Bucket, KeyOf(block.Sha256), null, null, ct);
        if (content is null || content.Info.Size != block.Size)
        {
            throw new BlockLostException(block.Sha256);
        }
        var bytes = new byte[block.Size];
        try
        {
            await content.Stream.ReadExactlyAsync(bytes, ct);
        }
        catch (IOException cut)
        {
            throw new ObjectStoreException($"Reading {KeyOf(block.Sha256)}: {cut.Message}", cut);
        }
        return Sha256Digest.Of(bytes).ToString() == block.Sha256 ? bytes : throw new BlockLostException(block.Sha256);
    }

    private static string KeyOf(string sha256) => $"blocks/{sha256[..2]}/{sha256}";
}

/// <summary>The object store no longer holds a block that was stored.</summary>
internal sealed class BlockLostException(string sha256) : Exception($"The block {sha256} is lost.")
{
    public string Sha256 { get; } = sha256;
}
