using System.Globalization;
using System.IO.Compression;
using System.Text;
using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Tests.Content.Containers;

public class ClassicDeflateTests
{
    [Theory]
    [InlineData("empty")]
    [InlineData("byte")]
    [InlineData("small")]
    [InlineData("text")]
    [InlineData("runs")]
    [InlineData("edge")]
    [InlineData("mixed")]
    public void Makes_the_bytes_that_zlib_gzip_zip_and_node_make(string input)
    {
        var raw = ReferenceInput.Of(input);
        var lines = Encoding
            .ASCII.GetString(Fixture.Read("reference.txt"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Where(parts => parts[0] == input)
            .ToList();

        var others = lines.Where(parts =>
            !Sha256Digest.Of(Pack(RecipeOf(parts), raw)).ToString().StartsWith(parts[6], StringComparison.Ordinal)
        );

        Assert.InRange(lines.Count, 99, 108);
        Assert.Empty(others.Select(parts => string.Join(' ', parts)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Whatever_the_parameters_and_the_content_it_inflates_to_the_content(byte level)
    {
        var random = new Random(level);
        foreach (var variant in Enum.GetValues<DeflateVariant>())
        {
            foreach (var (memory, window) in new (byte, byte)[] { (1, 9), (1, 15), (5, 11), (8, 15), (9, 9), (9, 15) })
            {
                var raw = Content(random);
                var ending = (DeflateEnding)random.Next(3);

                var packed = Pack(new(level, memory, window, variant, ending), raw);

                Assert.Equal(raw, Unpack(packed));
            }
        }
    }

    [Fact]
    public void How_the_source_hands_out_its_bytes_does_not_matter_nor_what_was_packed_before()
    {
        var raw = ReferenceInput.Of("mixed");
        var recipe = new DeflateRecipe(6);
        var deflate = new ClassicDeflate();
        Pack(deflate, new(9, 9), new MemoryStream(ReferenceInput.Of("runs")), 150_000);

        var packed = Pack(deflate, recipe, new Dribble(raw), raw.Length);

        Assert.Equal(Pack(recipe, raw), packed);
    }

    [Fact]
    public void Takes_no_more_of_the_source_than_the_stream_is_long()
    {
        var source = new MemoryStream(ReferenceInput.Text(7, 200_000));

        var packed = Pack(new ClassicDeflate(), new(6), source, 120_000);

        Assert.Equal(120_000, source.Position);
        Assert.Equal(ReferenceInput.Text(7, 200_000)[..120_000], Unpack(packed));
    }

    [Fact]
    public void A_source_that_ends_early_is_said() =>
        Assert.Throws<EndOfStreamException>(() =>
            Pack(new ClassicDeflate(), new(6), new MemoryStream(new byte[10]), 11)
        );

    internal static byte[] Pack(DeflateRecipe recipe, byte[] raw) =>
        Pack(new ClassicDeflate(), recipe, new MemoryStream(raw), raw.Length);

    private static byte[] Pack(ClassicDeflate deflate, DeflateRecipe recipe, Stream raw, long rawLength)
    {
        using var packed = new MemoryStream();
        deflate.Begin(recipe, raw, rawLength);
        while (deflate.Next(out var block))
        {
            packed.Write(block);
        }
        return packed.ToArray();
    }

    private static DeflateRecipe RecipeOf(string[] parts) =>
        new(
            byte.Parse(parts[2], CultureInfo.InvariantCulture),
            byte.Parse(parts[3], CultureInfo.InvariantCulture),
            byte.Parse(parts[4], CultureInfo.InvariantCulture),
            Enum.Parse<DeflateVariant>(parts[1]),
            Enum.Parse<DeflateEnding>(parts[5])
        );

    private static byte[] Unpack(byte[] packed)
    {
        using var raw = new MemoryStream();
        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        inflate.CopyTo(raw);
        return raw.ToArray();
    }

    // Stretches of words, of noise and of runs.
    private static byte[] Content(Random random) =>
        [
            .. Enumerable
                .Range(0, random.Next(1, 6))
                .SelectMany(_ =>
                {
                    var seed = (ulong)random.Next();
                    var length = random.Next(1, 60_000);
                    return random.Next(4) switch
                    {
                        0 => ReferenceInput.Noise(seed, length),
                        1 => ReferenceInput.Runs(seed, length),
                        _ => ReferenceInput.Text(seed, length),
                    };
                }),
        ];

    private sealed class Dribble(byte[] content) : MemoryStream(content)
    {
        private readonly Random _random = new(1);

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, _random.Next(1, 3000)));

        public override int Read(Span<byte> buffer) =>
            base.Read(buffer[..Math.Min(buffer.Length, _random.Next(1, 3000))]);
    }
}
