using System.Text;
using LaiChau.Distribution.Tests.Content.Containers;

namespace LaiChau.Distribution.Tests.Content.Deltas;

/// <summary>Deltas that look into what is packed, and build it again bit for bit.</summary>
public sealed class ContainerDeltaTests
{
    private static readonly byte[] Chapter = Sample.Text(1, 200_000);
    private static readonly byte[] Corrected =
    [
        .. Chapter[..90_000],
        .. Encoding.UTF8.GetBytes("đoạn đã sửa "),
        .. Chapter[90_000..],
    ];
    private static readonly byte[] Picture = Sample.Noise(2, 60_000);

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task A_corrected_chapter_of_a_book_costs_the_correction(byte level)
    {
        var old = Zip.Of(Zip.Classic(Chapter, level), Zip.Classic(Picture, level));
        var changed = Zip.Of(Zip.Classic(Corrected, level), Zip.Classic(Picture, level));

        var delta = await Made.Between([("sách.epub", old)], [("sách.epub", changed)]);

        await delta.LeadsToTheNewRelease();
        Assert.InRange(delta.Delta.Size, 1, 1_000);
    }

    [Fact]
    public async Task A_stream_of_another_encoder_costs_what_it_weighs_and_comes_out_right()
    {
        var old = Zip.Of(Zip.Foreign(Chapter), Zip.Classic(Chapter));
        var changed = Zip.Of(Zip.Foreign(Corrected), Zip.Classic(Corrected));

        var delta = await Made.Between([("sách.epub", old)], [("sách.epub", changed)]);

        await delta.LeadsToTheNewRelease();
        Assert.InRange(delta.Delta.Size, 10_000, Zip.Foreign(Corrected).Length + 1_000);
    }

    [Theory]
    [InlineData("python-docx.docx")]
    [InlineData("reportlab.pdf")]
    [InlineData("libreoffice.odt")]
    [InlineData("pandoc.epub")]
    [InlineData("java.jar")]
    public async Task Whatever_is_cut_out_of_a_real_file_comes_out_right(string fixture)
    {
        var old = Fixture.Read(fixture);
        // Torn in the middle of a stream, and one byte of another flipped.
        byte[] changed = [.. old[..(old.Length / 3)], .. old[(old.Length / 2)..]];
        changed[^(old.Length / 8)] ^= 1;

        await (await Made.Between([("a", old)], [("a", changed)])).LeadsToTheNewRelease();
        await (await Made.Between([("a", changed)], [("a", old)])).LeadsToTheNewRelease();
    }
}
