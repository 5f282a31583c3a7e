using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Containers;
using LaiChau.Testing;

namespace LaiChau.Distribution.Tests.Content.Containers;

public sealed class InterleaveTests
{
    public static TheoryData<string> Films => [.. Fixture.Films];

    [Fact]
    public void One_film_has_the_same_tracks_whatever_container_a_program_put_it_into()
    {
        var first = TracksOf(Fixture.ReadFilm("ffmpeg.mp4"));

        Assert.Equal(2, first.Count);
        Assert.All(Fixture.Films, film => Assert.Equal(first, TracksOf(Fixture.ReadFilm(film))));
    }

    [Theory]
    [MemberData(nameof(Films))]
    public void Nothing_but_pictures_and_sounds_belongs_to_a_track(string film)
    {
        var file = Fixture.ReadFilm(film);
        var interleave = Find(file)!;

        Assert.Equal(file.Length, interleave.Pieces.Sum(p => p.Length));
        Assert.Equal(5_609 + 4_294, interleave.Tracks().Skip(1).Sum(t => t.Length));
    }

    [Theory]
    [MemberData(nameof(Films))]
    public void Is_read_as_it_was_written(string film)
    {
        var file = Fixture.ReadFilm(film);
        var written = new ByteWriter();
        Find(file)!.Write(written);
        var input = new ByteReader([.. written.Written, .. "more"u8], "film");

        var read = Interleave.Read(ref input, file.Length);

        Assert.Equal("more"u8, input.Raw(input.Left));
        Assert.Equal(Find(file)!.Pieces, read.Pieces);
    }

    [Theory]
    [MemberData(nameof(Films))]
    public void A_film_is_read_track_by_track_from_anywhere(string film)
    {
        var file = Fixture.ReadFilm(film);
        var interleave = Find(file)!;
        var expected = Enumerable
            .Range(0, Interleave.MaxTracks)
            .SelectMany(track => PiecesOf(interleave, file).Where(p => p.Track == track).SelectMany(p => p.Bytes))
            .ToArray();
        using var demuxed = new DemuxedStream(new MemoryStream(file), interleave);
        var random = new Random(1);

        for (var i = 0; i < 500; i++)
        {
            var from = random.Next(file.Length + 10);
            var bytes = new byte[random.Next(3_000)];
            demuxed.Position = from;
            var read = demuxed.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);

            Assert.Equal(Math.Clamp(file.Length - from, 0, bytes.Length), read);
            Assert.Equal(expected.AsSpan(Math.Min(from, file.Length), read), bytes.AsSpan(0, read));
        }
    }

    [Theory]
    [MemberData(nameof(Films))]
    public async Task Whatever_a_film_holds_it_is_packed_and_comes_back_bit_for_bit(string film)
    {
        var whole = Fixture.ReadFilm(film);
        var random = new Random(2);
        for (var i = 0; i < 60; i++)
        {
            var file = whole.ToArray();
            // Half of the changes where the tables stand, which are at the beginning or the end.
            for (var j = random.Next(1, 20); j > 0; j--)
            {
                var at = random.Next(3) switch
                {
                    0 => random.Next(400),
                    1 => file.Length - 1 - random.Next(2_000),
                    _ => random.Next(file.Length),
                };
                file[at] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            }
            file = random.Next(3) == 0 ? file[..random.Next(file.Length)] : file;

            var sample = await Sample.Build(("phim", file));

            Assert.Equal(file, await sample.Read(sample.Manifest.Files[0]));
        }
    }

    [Fact]
    public void What_no_film_has_is_refused()
    {
        var written = new ByteWriter();
        var file = Fixture.ReadFilm("ffmpeg.mp4");
        Find(file)!.Write(written);
        var random = new Random(3);
        for (var i = 0; i < 3_000; i++)
        {
            var broken = written.Written.ToArray();
            for (var j = random.Next(1, 4); j > 0; j--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }
            broken = broken[..(random.Next(4) == 0 ? random.Next(broken.Length) : broken.Length)];
            try
            {
                var input = new ByteReader(broken, "film");
                var read = Interleave.Read(ref input, file.Length);
                Assert.Equal(file.Length, read.Pieces.Sum(p => p.Length));
                Assert.All(read.Pieces, p => Assert.InRange(p.Length, 1, file.Length));
            }
            catch (ContentException e)
            {
                Assert.Equal(ContentException.Malformed, e.Code);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftyp")]
    [InlineData("một trang chữ, không phải phim")]
    public void What_is_no_film_is_left_as_it_is(string text)
    {
        Assert.Null(Find(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.Null(Find(Fixture.ReadFilm("ffmpeg.mkv")[..40]));
        Assert.Null(Find(Fixture.ReadFilm("ffmpeg.mp4")[..5_000]));
    }

    [Fact]
    public void A_film_that_was_cut_off_keeps_what_came_of_it()
    {
        var whole = Fixture.ReadFilm("ffmpeg.mkv");

        var cut = TracksOf(whole[..8_000]);

        Assert.All(cut.Zip(TracksOf(whole)), t => Assert.StartsWith(t.First, t.Second, StringComparison.Ordinal));
        Assert.InRange(cut.Sum(t => t.Length / 2), 5_000, 8_000);
    }

    [Fact]
    public void Nobody_is_kept_busy_by_what_goes_on_without_end()
    {
        byte[] head = [0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xFF];
        var reads = new CountingStream([
            .. head,
            .. Enumerable.Repeat<byte[]>([0xEC, 0x80], 4_000_000).SelectMany(e => e),
        ]);
        Assert.Null(Interleave.Find(reads));
        Assert.InRange(reads.Reads, 1_000_000, 3_000_000);

        byte[] empty = [0, 0, 0, 8, .. "free"u8];
        reads = new([.. Fixture.ReadFilm("ffmpeg.mp4")[..32], .. Enumerable.Repeat(empty, 100_000).SelectMany(b => b)]);
        Assert.Null(Interleave.Find(reads));
        Assert.InRange(reads.Reads, 1_000, 20_000);
    }

    private sealed class CountingStream(byte[] content) : MemoryStream(content)
    {
        public int Reads { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            Reads++;
            return base.Read(buffer);
        }
    }

    [Fact]
    public void A_film_of_too_many_pieces_is_left_as_it_is()
    {
        var film = new Film(1, 0);
        Assert.Null(Find(film.Mp4()));
        Assert.Null(Find(film.Matroska()));
        var pieces = new TrackPieces(long.MaxValue);
        var added = 0;
        while (pieces.Add(1 + (added % 2), 2L * added, 1))
        {
            added++;
        }

        Assert.InRange(pieces.Finish().Count, Interleave.MaxPieces - 3, Interleave.MaxPieces);
    }

    private static Interleave? Find(byte[] file) => Interleave.Find(new MemoryStream(file));

    private static IEnumerable<(int Track, byte[] Bytes)> PiecesOf(Interleave interleave, byte[] file)
    {
        var at = 0;
        foreach (var piece in interleave.Pieces)
        {
            yield return (piece.Track, file[at..(at + (int)piece.Length)]);
            at += (int)piece.Length;
        }
    }

    /// <summary>The tracks' bytes in hex, the longest first: their numbers may differ.</summary>
    private static List<string> TracksOf(byte[] file) =>
        [
            .. PiecesOf(Find(file)!, file)
                .Where(p => p.Track > 0)
                .GroupBy(p => p.Track)
                .Select(track => Convert.ToHexString([.. track.SelectMany(p => p.Bytes)]))
                .OrderByDescending(t => t.Length),
        ];
}
