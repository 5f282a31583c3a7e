using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Tests.Content.Containers;

public class RecipeFinderTests
{
    [Theory]
    [InlineData(DeflateVariant.Zlib, 8)]
    [InlineData(DeflateVariant.Zlib, 9)]
    [InlineData(DeflateVariant.Filtered, 8)]
    [InlineData(DeflateVariant.Fixed, 8)]
    [InlineData(DeflateVariant.Gzip, 8)]
    [InlineData(DeflateVariant.InfoZip, 8)]
    [InlineData(DeflateVariant.Chromium, 8)]
    internal void Finds_the_recipe_of_every_level(DeflateVariant variant, byte memoryLevel)
    {
        foreach (var raw in (byte[][])[ReferenceInput.Text(21, 9000), ReferenceInput.Of("mixed")])
        {
            for (byte level = 1; level <= 9; level++)
            {
                var packed = ClassicDeflateTests.Pack(new(level, memoryLevel, Variant: variant), raw);

                var found = Find(packed, raw.Length);

                Assert.NotNull(found);
                Assert.Equal(packed, ClassicDeflateTests.Pack(found.Value, raw));
            }
        }
    }

    [Theory]
    [InlineData(0x18, 0x19, 9)]
    [InlineData(0x48, 0x89, 12)]
    [InlineData(0x78, 0x9C, 15)]
    public void A_zlib_header_before_the_stream_names_its_window(byte method, byte flags, byte windowBits)
    {
        var raw = ReferenceInput.Of("text");
        var packed = ClassicDeflateTests.Pack(new(6, 8, windowBits), raw);

        var found = new RecipeFinder().Find(
            new MemoryStream([method, flags, .. packed]),
            new(2, packed.Length, raw.Length)
        );

        Assert.Equal(new DeflateRecipe(6, 8, windowBits), found);
    }

    [Theory]
    [InlineData(DeflateEnding.SyncFlush, 1, 9)]
    [InlineData(DeflateEnding.PartialFlush, 9, 5)]
    internal void Sees_what_the_encoder_was_told_at_the_end(DeflateEnding ending, byte level, byte memoryLevel)
    {
        // The end falls on each bit of a byte.
        for (var length = 2000; length < 2050; length++)
        {
            var recipe = new DeflateRecipe(level, memoryLevel, Ending: ending);
            var packed = ClassicDeflateTests.Pack(recipe, ReferenceInput.Text(22, length));

            Assert.Equal(ending, Find(packed, length)?.Ending);
        }
        var whole = ReferenceInput.Of("mixed");
        var packedWhole = ClassicDeflateTests.Pack(new(level, memoryLevel, Ending: ending), whole);
        Assert.Equal(new DeflateRecipe(level, memoryLevel, Ending: ending), Find(packedWhole, whole.Length));
    }

    [Fact]
    public void What_another_encoder_made_has_no_recipe()
    {
        var raw = ReferenceInput.Of("text");

        Assert.Null(Find(Zip.Foreign(raw), raw.Length));
    }

    [Fact]
    public void A_stream_that_zlib_made_up_to_its_last_byte_has_no_recipe()
    {
        var raw = ReferenceInput.Of("mixed");
        var packed = Zip.Classic(raw);
        // Bits that pad the last byte mean nothing, and zlib leaves them zero.
        packed[^1] |= 0x80;
        Assert.Equal(raw.Length, new DeflateReader().Read(new MemoryStream(packed), 0, long.MaxValue)?.RawLength);

        Assert.Null(Find(packed, raw.Length));
    }

    [Fact]
    public void A_stream_that_begins_with_stored_bytes_is_left_alone()
    {
        var raw = Sample.Noise(5, 100_000);

        Assert.Null(Find(Zip.Classic(raw), raw.Length));
    }

    [Fact]
    public void A_file_that_has_changed_since_it_was_scanned_gives_no_recipe()
    {
        var raw = ReferenceInput.Of("text");
        var packed = Zip.Classic(raw);

        Assert.Null(Find(packed[..(packed.Length / 2)], raw.Length, packed.Length));
        Assert.Null(Find(Sample.Noise(6, packed.Length), raw.Length));
    }

    private static DeflateRecipe? Find(byte[] packed, int rawLength, int? packedLength = null) =>
        new RecipeFinder().Find(new MemoryStream(packed), new(0, packedLength ?? packed.Length, rawLength));
}
