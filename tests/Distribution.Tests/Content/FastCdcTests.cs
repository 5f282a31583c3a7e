using LaiChau.Distribution.Content;

namespace LaiChau.Distribution.Tests.Content;

public sealed class FastCdcTests
{
    private const int Min = 4 * 1024;
    private const int Average = 16 * 1024;
    private const int Max = 64 * 1024;

    private static readonly FastCdc Cdc = new(Min, Average, Max);

    [Fact]
    public async Task Cuts_where_it_always_cut()
    {
        // Worked out by a second implementation, from the text of 0002 alone: another answer is another format.
        var cuts = (await Cut(new MemoryStream(Counter(200_000)))).Select(c => c.Length);

        Assert.Equal([20887, 22275, 14197, 17763, 16630, 17109, 30747, 24591, 17757, 18044], cuts);
    }

    [Fact]
    public async Task Chunks_keep_their_bounds_and_their_average()
    {
        var chunks = await Cut(new MemoryStream(Sample.Noise(1, 8_000_000)));

        Assert.All(chunks.SkipLast(1), c => Assert.InRange(c.Length, Min + 1, Max));
        Assert.InRange(chunks.Average(c => c.Length), Average * 0.8, Average * 1.4);
        Assert.Equal(8_000_000, chunks.Sum(c => c.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    [InlineData(500_000)]
    public async Task An_insertion_changes_the_chunks_around_it_and_no_others(int at)
    {
        var old = Sample.Noise(2, 1_000_000);
        var known = (await Cut(new MemoryStream(old))).Select(ChunkIdOf).ToHashSet();
        byte[] changed = [.. old[..at], .. "chè Shan tuyết"u8, .. old[at..]];

        var foreign = (await Cut(new MemoryStream(changed))).Count(c => !known.Contains(ChunkIdOf(c)));

        Assert.InRange(foreign, 1, 4);
    }

    [Fact]
    public async Task How_the_stream_hands_out_its_bytes_does_not_matter()
    {
        var content = Sample.Text(3, 600_000);
        var whole = await Cut(new MemoryStream(content));

        var dribbled = await Cut(new Dribble(content, seed: 4));

        Assert.Equal(whole.Select(ChunkIdOf), dribbled.Select(ChunkIdOf));
    }

    [Fact]
    public async Task What_never_meets_a_cut_is_cut_at_the_maximum()
    {
        var chunks = await Cut(new MemoryStream(new byte[200_000]));

        Assert.Equal(200_000, chunks.Sum(c => c.Length));
        Assert.Single(chunks.SkipLast(1).Select(c => c.Length).Distinct());
    }

    [Fact]
    public async Task Upload_blocks_are_whole_named_and_bounded()
    {
        var content = Sample.Noise(5, 3_000_000);
        using var together = new MemoryStream();

        var split = await UploadBlocks.Split(
            new MemoryStream(content),
            async (block, bytes, ct) =>
            {
                Assert.Equal(Sha256Digest.Of(bytes.Span), block.Sha256);
                Assert.Equal(together.Length, block.Offset);
                Assert.Equal(block.Length, bytes.Length);
                await together.WriteAsync(bytes, ct);
            }
        );

        Assert.Equal(content, together.ToArray());
        Assert.Equal((content.Length, Sha256Digest.Of(content)), (split.Size, split.Sha256));
        Assert.All(split.Blocks, b => Assert.InRange(b.Length, 1, UploadBlocks.MaxLength));
        Assert.Empty((await UploadBlocks.Split(Stream.Null)).Blocks);
    }

    private static ChunkId ChunkIdOf(byte[] chunk) => ChunkId.Of(chunk);

    private static async Task<List<byte[]>> Cut(Stream content)
    {
        var cutter = new StreamCutter(Cdc, content);
        var chunks = new List<byte[]>();
        while (await cutter.Next(CancellationToken.None) is { IsEmpty: false } chunk)
        {
            chunks.Add(chunk.ToArray());
        }
        return chunks;
    }

    /// <summary>Bytes that need no random generator to be the same for ever: SHA-256 of 0, 1, 2 …</summary>
    private static byte[] Counter(int length) =>
        [
            .. Enumerable
                .Range(0, (length / Sha256Digest.Size) + 1)
                .SelectMany(i => Sha256Digest.Of(BitConverter.GetBytes(i)).ToArray())
                .Take(length),
        ];

    private sealed class Dribble(byte[] content, int seed) : MemoryStream(content)
    {
        private readonly Random _random = new(seed);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, _random.Next(1, 5000))], cancellationToken);
    }
}
