using System.Text;
using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Tests.Content.Containers;

public class ContainerScannerTests
{
    private static readonly byte[] Words = ReferenceInput.Text(11, 5000);
    private static readonly byte[] Packed = Zip.Classic(Words);

    [Theory]
    [InlineData("python-docx.docx", 17)]
    [InlineData("libreoffice.odt", 6)]
    [InlineData("libreoffice.pdf", 5)]
    [InlineData("pandoc.epub", 13)]
    [InlineData("chromium.pdf", 3)]
    [InlineData("cairo.pdf", 3)]
    [InlineData("ghostscript.pdf", 3)]
    [InlineData("pdftex.pdf", 10)]
    [InlineData("qpdf.pdf", 4)]
    [InlineData("reportlab.pdf", 3)]
    [InlineData("info-zip.zip", 3)]
    [InlineData("streamed.zip", 1)]
    [InlineData("java.jar", 2)]
    [InlineData("npm.tgz", 1)]
    [InlineData("gnu-gzip.gz", 1)]
    [InlineData("gnu-gzip.svgz", 1)]
    [InlineData("nested.tar", 1)]
    public void Finds_the_streams_of_what_programs_write(string fixture, int count) =>
        Assert.Equal(count, Find(Fixture.Read(fixture)).Count);

    [Fact]
    public void Says_where_a_stream_lies_and_how_long_it_is_raw()
    {
        var found = Find(Zip.Of(Packed, Zip.Foreign(Words)));

        Assert.Equal(
            [
                new(Zip.HeaderSize, Packed.Length, Words.Length),
                new((2 * Zip.HeaderSize) + Packed.Length, Zip.Foreign(Words).Length, Words.Length),
            ],
            found
        );
    }

    [Fact]
    public void Finds_the_streams_of_a_truncated_zip_but_for_the_one_cut()
    {
        var zip = Zip.Of(Packed, Packed, Packed);

        Assert.Equal(2, Find(zip[..^1]).Count);
        Assert.Single(Find(zip[..(2 * Packed.Length)]));
    }

    [Fact]
    public void Finds_a_stored_zip_within_a_zip_and_a_gzip_header_with_all_its_fields()
    {
        var inner = Zip.Of(Packed, Packed);
        byte[] stored = [.. Zip.Header(inner.Length, method: 0), .. inner];
        byte[] gzip =
        [
            .. (byte[])[0x1F, 0x8B, 8, 0x1E, 0, 0, 0, 0, 0, 3],
            .. (byte[])[3, 0, 1, 2, 3],
            .. "name\0comment\0"u8,
            .. (byte[])[0, 0],
            .. Packed,
        ];

        Assert.Equal(2, Find(stored).Count);
        Assert.Equal(new(30, Packed.Length, Words.Length), Assert.Single(Find(gzip)));
    }

    [Fact]
    public void Leaves_encrypted_and_otherwise_packed_entries_alone()
    {
        Assert.Empty(Find([.. Zip.Header(Packed.Length, flags: 1), .. Packed]));
        Assert.Empty(Find([.. Zip.Header(Packed.Length, method: 93), .. Packed]));
    }

    [Fact]
    public void Leaves_alone_what_is_not_worth_opening()
    {
        var tiny = Zip.Classic("chè"u8.ToArray());
        var stored = Zip.Classic(Sample.Noise(1, 70_000));
        var bomb = Zip.Classic(new byte[10_000_000]);
        var huge = Zip.Classic([.. Sample.Noise(2, 200_000), .. new byte[PackedStream.MaxRawLength]], level: 1);

        Assert.Equal(
            (ReadOnlySpan<long>)[Packed.Length],
            [.. Find(Zip.Of(tiny, stored, bomb, Packed, huge)).Select(s => s.PackedLength)]
        );
    }

    [Fact]
    public void Is_not_led_astray_by_keywords_that_begin_no_stream()
    {
        var pdf = new MemoryStream();
        pdf.Write("%PDF-1.7\n"u8);
        foreach (
            var text in (string[])
                ["stream", "stream\n", "stream\r\nx", "endstream\nendobj", "streams\n", "PK\u0003\u0004", "\u001f"]
        )
        {
            pdf.Write(Encoding.Latin1.GetBytes(text));
        }
        // The header of a stream whose first block has a kind that does not exist.
        pdf.Write([.. "stream\n"u8, 0x78, 0x9C, 0xFF, 0xFF, 0xFF]);
        pdf.Write([.. "stream\r\n"u8, 0x78, 0x9C, .. Packed, .. "\nendstream stream"u8]);

        Assert.Equal(Packed.Length, Assert.Single(Find(pdf.ToArray())).PackedLength);
    }

    [Fact]
    public void Marks_that_point_into_one_another_give_streams_apart_from_each_other()
    {
        // The name of the first entry is as long as to skip the second's header: both lead to the same stream.
        var first = Zip.Header(0);
        first[26] = 1 + Zip.HeaderSize;

        var found = Find([.. first, .. Zip.Header(0), .. Packed, .. new byte[100]]);

        Assert.Equal((2 * Zip.HeaderSize), Assert.Single(found).Offset);
    }

    [Fact]
    public void A_file_made_to_waste_time_is_given_up()
    {
        // Every mark leads to the same long stream, which is damaged at its end.
        var marks = Enumerable
            .Range(0, 2000)
            .SelectMany(_ => "stream\n\u0078\u009c"u8.ToArray()[..7].Concat((byte[])[0x78, 0x9C, 0]))
            .ToArray();
        byte[] pdf = [.. "%PDF-1.7\n"u8, .. marks, .. StoredBlocks(20_000_000)];
        var file = new CountingStream(pdf);

        ContainerScanner.Find(file);

        Assert.InRange(file.BytesRead, 0, 6L * pdf.Length);

        // Stored blocks without end: of 0xFF00 bytes each, whatever they hold.
        static byte[] StoredBlocks(int length)
        {
            var bytes = new byte[length];
            for (var i = 0; i + 5 < length; i += 5)
            {
                // An empty block: not the last, length 0 and its complement.
                ((ReadOnlySpan<byte>)[0, 0, 0, 0xFF, 0xFF]).CopyTo(bytes.AsSpan(i));
            }
            return bytes;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    public void What_is_no_container_has_no_streams(int length)
    {
        Assert.Empty(Find(Sample.Noise(3, length)));
        Assert.Empty(Find([.. "x"u8, .. Zip.Of(Packed)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_damage_a_file_has_taken_its_streams_are_in_it_in_order_and_apart(int seed)
    {
        var random = new Random(seed);
        foreach (var name in Fixture.Names)
        {
            var file = Fixture.Read(name);
            for (var damage = random.Next(1, 40); damage > 0; damage--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }
            file = random.Next(3) == 0 ? file[..random.Next(file.Length)] : file;

            long end = 0;
            foreach (var stream in Find(file))
            {
                Assert.InRange(stream.Offset, end, file.Length);
                Assert.InRange(stream.End, stream.Offset + PackedStream.MinPackedLength, file.Length);
                Assert.InRange(stream.RawLength, 0, PackedStream.MaxRawLength);
                end = stream.End;
            }
        }
    }

    private static IReadOnlyList<PackedStream> Find(byte[] file) => ContainerScanner.Find(new MemoryStream(file));

    private sealed class CountingStream(byte[] content) : MemoryStream(content)
    {
        public long BytesRead { get; private set; }

        public override int Read(byte[] buffer, int offset, int count) => Count(base.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Count(base.Read(buffer));

        private int Count(int read)
        {
            BytesRead += read;
            return read;
        }
    }
}
