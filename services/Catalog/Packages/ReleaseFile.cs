using System.Buffers.Binary;
using LaiChau.Distribution;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.Catalog.Packages;

/// <summary>A file of a release: its name, what it is, and the uploaded blocks it is put together from.</summary>
[NotAudited("the manifest, whose digest the release holds, names them all")]
internal sealed class ReleaseFile
{
    public required Guid ReleaseId { get; init; }
    public required string Path { get; init; }
    public required long Size { get; init; }

    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }
    public required string MediaType { get; init; }
    public string? Language { get; init; }
    public string? Alt { get; init; }
    public string? Caption { get; init; }

    /// <summary>The blocks in order: see <see cref="BlockList"/>.</summary>
    public required byte[] Blocks { get; init; }

    /// <summary>True once the blocks were read and gave <see cref="Sha256"/>.</summary>
    public bool Verified { get; set; }

    public static void Map(EntityTypeBuilder<ReleaseFile> file)
    {
        file.ToTable("release_files");
        file.HasKey(f => new { f.ReleaseId, f.Path });
        file.HasOne<Release>().WithMany(r => r.Files).HasForeignKey(f => f.ReleaseId);
        file.HasIndex(f => f.Sha256);
    }
}

/// <param name="Sha256">Lower-case hex; also the block's name in the object store.</param>
/// <param name="Size">Bytes.</param>
internal sealed record BlockOf(string Sha256, int Size);

/// <summary>A list of blocks in one column, 36 bytes each: a large video has tens of thousands.</summary>
internal static class BlockList
{
    private const int Entry = Sha256Digest.Size + sizeof(int);

    public static byte[] Write(IReadOnlyList<BlockOf> blocks)
    {
        var bytes = new byte[blocks.Count * Entry];
        for (var i = 0; i < blocks.Count; i++)
        {
            var entry = bytes.AsSpan(i * Entry, Entry);
            Sha256Digest.Parse(blocks[i].Sha256).CopyTo(entry);
            BinaryPrimitives.WriteInt32LittleEndian(entry[Sha256Digest.Size..], blocks[i].Size);
        }
        return bytes;
    }

    public static BlockOf[] Read(ReadOnlySpan<byte> bytes)
    {
        var blocks = new BlockOf[bytes.Length / Entry];
        for (var i = 0; i < blocks.Length; i++)
        {
            var entry = bytes.Slice(i * Entry, Entry);
            blocks[i] = new(
                Convert.ToHexStringLower(entry[..Sha256Digest.Size]),
                BinaryPrimitives.ReadInt32LittleEndian(entry[Sha256Digest.Size..])
            );
        }
        return blocks;
    }
}
