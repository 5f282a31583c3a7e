using LaiChau.Distribution.Content;
using ZstdSharp;

namespace LaiChau.Distribution.Tests.Content;

public sealed class PackReaderTests
{
    [Fact]
    public async Task No_byte_of_a_pack_can_be_changed()
    {
        var sample = await Sample.Build(("a.html", Sample.Text(1, 60_000)), ("b.bin", Sample.Noise(2, 20_000)));
        var whole = sample.Plan(_ => false).Ranges.Single();
        var original = await ReadAll(sample.Index, whole, sample.Pack);

        for (var i = sample.Head.Length; i < sample.Pack.Length; i += 37)
        {
            var changed = (byte[])sample.Pack.Clone();
            changed[i] ^= 0x10;
            try
            {
                // A bit that zstd does not look at may be changed; then what comes out must be the same.
                Assert.Equal(original, await ReadAll(sample.Index, whole, changed));
            }
            catch (ContentException e)
            {
                Assert.True(e.Code is ContentException.BadFrame or ContentException.BadChunk);
            }
        }
    }

    [Fact]
    public async Task A_range_that_ends_early_gives_the_whole_frames_before_the_cut()
    {
        var sample = await Sample.Build(("b.bin", Sample.Noise(2, 300_000)));
        var plan = sample.Plan(_ => false);
        var whole = plan.Ranges.Single();

        foreach (var cut in new[] { 0, 1, (int)sample.Index.Frames[1].Offset, 150_000, sample.FramesLength - 1 })
        {
            var held = new HashSet<ChunkId>();
            var refused = await Assert.ThrowsAsync<ContentException>(async () =>
            {
                await foreach (
                    var chunk in PackReader.Read(sample.Index, whole, sample.Open(whole.Range with { Length = cut }))
                )
                {
                    held.Add(chunk.Id);
                }
            });

            Assert.Equal(ContentException.Truncated, refused.Code);
            var rest = sample.Plan(held.Contains);
            Assert.InRange(rest.Bytes, sample.FramesLength - cut, sample.FramesLength - cut + 65 * 1024);
        }
    }

    [Fact]
    public async Task Reads_no_byte_past_its_range()
    {
        var sample = await Sample.Build(("b.bin", Sample.Noise(2, 300_000)));
        var whole = sample.Plan(_ => false).Ranges.Single();
        using var longer = new MemoryStream([.. sample.Pack[sample.Head.Length..], .. new byte[1000]]);

        await foreach (var _ in PackReader.Read(sample.Index, whole, longer)) { }

        Assert.Equal(sample.FramesLength, longer.Position);
    }

    [Fact]
    public async Task A_zstd_bomb_finds_no_room()
    {
        using var zstd = new Compressor(19);
        var bomb = zstd.Wrap(new byte[64 * 1024 * 1024]).ToArray();
        var chunk = new byte[60_000];
        // The signed index speaks of one chunk of 60,000 bytes; what comes is 64 MiB of zeros in a few kilobytes.
        var sample = await Sample.Build(("a.bin", chunk));
        var index = PackIndex.Write(
            [new(0, bomb.Length, chunk.Length, 0, 1)],
            [new(ChunkId.Of(chunk), 0, 0, chunk.Length)],
            [new([new(0, 1)], null)]
        );
        var manifest = sample.Manifest with
        {
            Pack = new(Sha256Digest.Of(index), index.Length, index.Length + bomb.Length),
        };
        var parsed = PackIndex.Parse(index, manifest);

        var refused = await Assert.ThrowsAsync<ContentException>(() =>
            ReadAll(parsed, new(new(index.Length, bomb.Length), 0, 1), [.. index, .. bomb])
        );

        Assert.Equal(ContentException.BadFrame, refused.Code);
    }

    [Fact]
    public async Task A_file_is_not_put_together_from_other_chunks()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 100_000)));
        var file = sample.Manifest.Files[0];

        var badChunk = await Assert.ThrowsAsync<ContentException>(() =>
            PackReader.Assemble(
                file,
                sample.Index,
                (chunk, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[chunk.Length]),
                Stream.Null
            )
        );
        var badFile = await Assert.ThrowsAsync<ContentException>(() =>
            sample.Read(file with { Sha256 = Sha256Digest.Of([1]) })
        );

        Assert.Equal(ContentException.BadChunk, badChunk.Code);
        Assert.Equal(ContentException.BadFile, badFile.Code);
    }

    private static async Task<List<byte[]>> ReadAll(PackIndex index, PackRange range, byte[] pack)
    {
        var chunks = new List<byte[]>();
        await foreach (var chunk in PackReader.Read(index, range, new MemoryStream(pack[(int)range.Range.Offset..])))
        {
            chunks.Add(chunk.Content.ToArray());
        }
        return chunks;
    }
}
