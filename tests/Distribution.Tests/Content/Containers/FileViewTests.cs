using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Tests.Content.Containers;

public class FileViewTests
{
    public static TheoryData<string> Fixtures => [.. Fixture.Names];

    private static readonly byte[] Words = ReferenceInput.Text(31, 30_000);

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Every_stream_of_what_programs_write_is_opened_and_the_file_comes_back_bit_for_bit(string fixture)
    {
        var file = Fixture.Read(fixture);
        var streams = ContainerScanner.Find(new MemoryStream(file));

        var view = FileView.Open(new MemoryStream(file), streams);
        var inflated = Inflate(view, file);

        Assert.Equal(streams, view.Streams.Select(s => s.Packed));
        Assert.Equal(view.LengthOf(file.Length), inflated.Length);
        Assert.True(inflated.Length > file.Length);
        Assert.Equal(file, Deflate(view, inflated));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_view_is_always_the_same_and_is_read_as_it_was_written(string fixture)
    {
        var file = Fixture.Read(fixture);
        var view = Open(file);
        var written = Write(view, withRecipes: true);
        var input = Reader([.. written, .. "more"u8]);

        var read = FileView.Read(ref input, file.Length);

        Assert.Equal("more"u8, input.Raw(input.Left));
        Assert.Equal(view.Streams, read.Streams);
        Assert.Equal(written, Write(Open(file), withRecipes: true));
    }

    [Fact]
    public void A_view_without_recipes_is_smaller_and_inflates_alike()
    {
        var file = Fixture.Read("python-docx.docx");
        var view = Open(file);
        var written = Write(view, withRecipes: false);

        Assert.True(written.Length < Write(view, withRecipes: true).Length);
        var read = Read(written, file.Length);

        Assert.All(read.Streams, s => Assert.Null(s.Recipe));
        Assert.Equal(Inflate(view, file), Inflate(read, file));
    }

    [Fact]
    public void A_file_without_streams_is_its_own_view()
    {
        var file = Sample.Text(1, 50_000);
        var view = Open(file);

        Assert.Empty(view.Streams);
        Assert.Equal(file, Inflate(view, file));
        Assert.Equal(file, Deflate(view, file));
        Assert.Single(Write(view, withRecipes: true));
    }

    [Fact]
    public void A_stream_that_another_encoder_made_stays_closed_and_the_others_do_not()
    {
        var file = Zip.Of(Zip.Classic(Words), Zip.Foreign(Words), Zip.Classic(Words, level: 1));

        var view = Open(file);

        Assert.Equal([6, 1], view.Streams.Select(s => (int)s.Recipe!.Value.Level));
        Assert.Equal(file, Deflate(view, Inflate(view, file)));
    }

    [Fact]
    public void Opens_no_more_than_may_be_packed_again_within_the_cost()
    {
        var file = Zip.Of(Zip.Classic(Words), Zip.Classic(Words), Zip.Classic(Words));
        var cost = new DeflateRecipe(6).CostOf(Words.Length);
        var streams = ContainerScanner.Find(new MemoryStream(file));

        Assert.Empty(FileView.Open(new MemoryStream(file), streams, cost * 0.9).Streams);
        Assert.Equal(2, FileView.Open(new MemoryStream(file), streams, cost * 2.1).Streams.Count);
    }

    [Fact]
    public void A_changed_word_changes_a_word_of_the_view()
    {
        var changed = Words.ToArray();
        "nuong"u8.CopyTo(changed.AsSpan(900));
        var before = Zip.Of(Zip.Classic(Words), Zip.Classic(Words, level: 1));
        var after = Zip.Of(Zip.Classic(changed), Zip.Classic(Words, level: 1));

        var (old, @new) = FileView.Between(new MemoryStream(before), new MemoryStream(after));
        var oldView = Inflate(old, before);
        var newView = Inflate(@new, after);

        // What stands packed alike in both stays closed.
        Assert.Equal(Words.Length, Assert.Single(old.Streams).Packed.RawLength);
        Assert.Equal(Words.Length, Assert.Single(@new.Streams).Packed.RawLength);
        Assert.True(Differences(before, after) > 5000);
        // The word, and the length in the header.
        Assert.InRange(Differences(oldView, newView), 1, 5 + 2);
        Assert.Equal(after, Deflate(@new, newView));
    }

    [Fact]
    public void Where_nothing_of_the_new_file_can_be_opened_nothing_of_the_old_one_is()
    {
        var (old, @new) = FileView.Between(
            new MemoryStream(Zip.Of(Zip.Classic(Words))),
            new MemoryStream(Zip.Of(Zip.Foreign(Words)))
        );

        Assert.Empty(old.Streams);
        Assert.Empty(@new.Streams);
    }

    [Fact]
    public void Needs_little_memory_however_long_a_stream_is()
    {
        byte[] raw = [.. Enumerable.Repeat(Words, 600).SelectMany(w => w)];
        var file = Zip.Of(Zip.Classic(raw, level: 1));
        var view = Open(file);
        Assert.Equal(raw.Length, Assert.Single(view.Streams).Packed.RawLength);
        var inflated = Inflate(view, file);

        Assert.InRange(Allocated(() => view.Inflate(new MemoryStream(file), Stream.Null)), 0, 256 * 1024);
        Assert.InRange(Allocated(() => view.Deflate(new MemoryStream(inflated), Stream.Null)), 0, 1024 * 1024);

        static long Allocated(Action act)
        {
            act();
            var before = GC.GetAllocatedBytesForCurrentThread();
            act();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_file_that_is_not_the_one_of_the_view_is_refused()
    {
        var file = Zip.Of(Zip.Classic(Words));
        var view = Open(file);
        var longer = Zip.Of(Zip.Classic([.. Words, .. Words]));
        var shorter = Zip.Of(Zip.Classic(Words[..^1]));

        Assert.All(
            [longer, shorter, file[..^3], Sample.Noise(1, file.Length), []],
            f => Assert.Equal(ContentException.BadFile, Assert.Throws<ContentException>(() => Inflate(view, f)).Code)
        );
    }

    [Fact]
    public void A_view_that_is_not_that_of_the_file_is_refused_where_it_ends_early_or_packs_to_another_length()
    {
        var file = Zip.Of(Zip.Classic(Words));
        var view = Open(file);
        var inflated = Inflate(view, file);

        Assert.All(
            [inflated[..^1], [], Sample.Noise(1, inflated.Length)],
            v => Assert.Equal(ContentException.BadFile, Assert.Throws<ContentException>(() => Deflate(view, v)).Code)
        );
    }

    public static TheoryData<string, long[]> Absurd =>
        new()
        {
            { "nothing", [] },
            { "more streams than bytes", [100 << 1, 0, 70, 80] },
            { "more streams than any view has", [(PackedStream.MaxCount + 1L) << 1] },
            { "a count beyond all numbers", [long.MaxValue] },
            { "a stream that begins behind the file", [1 << 1, 10_001, 70, 80] },
            { "a stream that ends behind the file", [1 << 1, 9_950, 70, 80] },
            { "a second stream that ends behind the file", [2 << 1, 0, 9_000, 9_000, 950, 70, 80] },
            { "a stream that is too short", [1 << 1, 0, 63, 80] },
            { "a stream that is too long", [1 << 1, 0, 10_000, PackedStream.MaxRawLength + 1L] },
            { "a bomb", [1 << 1, 0, 70, (70 * 256) + 1] },
            { "recipes for more streams than there are", [(1 << 1) | 1, 0, 70, 80, 2, 0x56, 0x0F, 0] },
            { "recipes for no streams", [(1 << 1) | 1, 0, 70, 80, 0, 0x56, 0x0F, 0] },
            { "no recipes though it says so", [(1 << 1) | 1, 0, 70, 80] },
            { "half a recipe", [(1 << 1) | 1, 0, 70, 80, 1, 0x56, 0x0F] },
            { "level 0", [(1 << 1) | 1, 0, 70, 80, 1, 0x50, 0x0F, 0] },
            { "level 10", [(1 << 1) | 1, 0, 70, 80, 1, 0x5A, 0x0F, 0] },
            { "memory level 0", [(1 << 1) | 1, 0, 70, 80, 1, 0x06, 0x0F, 0] },
            { "no window", [(1 << 1) | 1, 0, 70, 80, 1, 0x56, 0x00, 0] },
            { "a window of 8 bits", [(1 << 1) | 1, 0, 70, 80, 1, 0x56, 0x08, 0] },
            { "an unknown ending", [(1 << 1) | 1, 0, 70, 80, 1, 0x56, 0x0F, 3] },
            { "an unknown variant", [(1 << 1) | 1, 0, 70, 80, 1, 0x56, 0x6F, 0] },
        };

    [Theory]
    [MemberData(nameof(Absurd))]
    public void A_description_is_refused_that_has(string fault, long[] numbers)
    {
        var bytes = Varints(numbers);

        var refused = Assert.Throws<ContentException>(() => Read(bytes));

        Assert.Equal(ContentException.Malformed, refused.Code);
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void Many_streams_may_not_be_more_than_all_views_together_may_have()
    {
        const int size = PackedStream.MaxRawLength / PackedStream.MaxRatio;
        const long length = 100 * 1024 * 1024;
        const int most = (int)(PackedStream.MaxTotalRawLength / PackedStream.MaxRawLength);

        Assert.Equal(most, Read(Describe(most), length).Streams.Count);
        Assert.Throws<ContentException>(() => Read(Describe(most + 1), length));

        static byte[] Describe(int count) =>
            Varints([
                count << 1,
                .. Enumerable.Repeat<long[]>([0, size, PackedStream.MaxRawLength], count).SelectMany(s => s),
            ]);
    }

    [Fact]
    public void Whatever_a_description_says_it_is_read_and_used_without_harm_or_refused()
    {
        var random = new Random(9);
        var file = Fixture.Read("java.jar");
        var written = Write(Open(file), withRecipes: true);
        var inflated = Inflate(Open(file), file);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = random.Next(4) == 0 ? Sample.Noise(i, random.Next(40)) : written.ToArray();
            for (var damage = random.Next(1, 4); damage > 0 && bytes.Length > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            try
            {
                var view = Read(bytes, file.Length);
                if (view.Streams.All(s => s.Recipe is not null))
                {
                    Deflate(view, inflated);
                }
                Inflate(view, file);
            }
            catch (ContentException e)
            {
                Assert.Contains(e.Code, (string[])[ContentException.Malformed, ContentException.BadFile]);
            }
        }
    }

    private static FileView Open(byte[] file) =>
        FileView.Open(new MemoryStream(file), ContainerScanner.Find(new MemoryStream(file)));

    private static byte[] Inflate(FileView view, byte[] file)
    {
        using var output = new MemoryStream();
        view.Inflate(new MemoryStream(file), output);
        return output.ToArray();
    }

    private static byte[] Deflate(FileView view, byte[] inflated)
    {
        using var output = new MemoryStream();
        view.Deflate(new MemoryStream(inflated), output);
        return output.ToArray();
    }

    private static byte[] Write(FileView view, bool withRecipes)
    {
        var output = new ByteWriter();
        view.Write(output, withRecipes);
        return output.Written.ToArray();
    }

    private static FileView Read(byte[] bytes, long fileLength = 10_000)
    {
        var reader = Reader(bytes);
        return FileView.Read(ref reader, fileLength);
    }

    private static ByteReader Reader(byte[] bytes) => new(bytes, "view of a file");

    private static byte[] Varints(long[] numbers)
    {
        var bytes = new List<byte>();
        foreach (var number in numbers)
        {
            var left = number;
            for (; left >= 0x80; left >>= 7)
            {
                bytes.Add((byte)(left | 0x80));
            }
            bytes.Add((byte)left);
        }
        return [.. bytes];
    }

    private static int Differences(byte[] a, byte[] b) =>
        Math.Abs(a.Length - b.Length) + a.Zip(b).Count(pair => pair.First != pair.Second);
}
