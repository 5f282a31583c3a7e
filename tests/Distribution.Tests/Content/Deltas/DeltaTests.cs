using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;

namespace LaiChau.Distribution.Tests.Content.Deltas;

public sealed class DeltaTests
{
    [Fact]
    public async Task A_word_changed_in_a_page_costs_a_few_dozen_bytes_beyond_the_head()
    {
        var page = Sample.Text(1, 40_000);
        byte[] changed = [.. page[..20_000], .. "chữ mới "u8, .. page[20_000..]];

        var delta = await Made.Between(
            [("a.html", page), ("b.html", Sample.Text(2, 40_000)), ("phim.mp4", Sample.Noise(3, 900_000))],
            [("a.html", changed), ("b.html", Sample.Text(2, 40_000)), ("phim.mp4", Sample.Noise(3, 900_000))]
        );

        await delta.LeadsToTheNewRelease();
        Assert.InRange(delta.Delta.Size, 1, 400);
    }

    [Fact]
    public async Task What_was_moved_renamed_or_doubled_is_not_sent_again()
    {
        var film = Sample.Noise(1, 700_000);
        var page = Sample.Text(2, 30_000);

        var delta = await Made.Between(
            [("a/phim.mp4", film), ("a/trang.html", page), ("cũ.txt", Sample.Text(3, 5_000))],
            [("b/phim.mp4", film), ("b/trang.html", page), ("c/trang.html", page)]
        );

        await delta.LeadsToTheNewRelease();
        Assert.Empty(delta.Head.Frames);
        Assert.InRange(delta.Delta.Size, 1, 400);
    }

    [Fact]
    public async Task A_film_with_another_sound_between_its_pictures_costs_the_sound()
    {
        // Pictures about as long as the chunks that copies are found by, of which few lie within one of them.
        var pictures = Enumerable.Range(0, 4_000).Select(i => Sample.Noise(i, 1_800 + (i * 7 % 900))).ToList();
        byte[] Mux(int sound) =>
            [.. pictures.SelectMany((p, i) => (byte[])[.. p, .. Sample.Noise(10_000 + i, sound), (byte)i])];

        var delta = await Made.Between([("phim.mp4", Mux(2))], [("phim.mkv", Mux(100))]);

        await delta.LeadsToTheNewRelease();
        Assert.InRange(delta.Delta.Size, 4_000 * 100, 4_000 * 130);
    }

    [Fact]
    public async Task A_large_file_that_stays_helps_one_of_its_name()
    {
        var (year, next) = (Sample.Text(1, 600_000), Sample.Text(2, 600_000));

        var delta = await Made.Between(
            [("2025/số-liệu.json", year), ("2026/số-liệu.json", next)],
            [("2025/số-liệu.json", year), ("2026/số-liệu.json", [.. year, .. Sample.Text(3, 1_000)])]
        );

        await delta.LeadsToTheNewRelease();
        Assert.InRange(delta.Delta.Size, 1, 2_000);
    }

    [Fact]
    public async Task Parts_come_from_any_old_file_whatever_its_path()
    {
        var film = Sample.Noise(1, 500_000);

        var delta = await Made.Between(
            [("phim-1.mp4", film[..250_000]), ("phim-2.mp4", film[250_000..])],
            [("phim.mp4", [.. film[250_000..], .. film[..250_000]])]
        );

        await delta.LeadsToTheNewRelease();
        Assert.InRange(delta.Delta.Size, 1, 1_000);
    }

    [Fact]
    public async Task Literals_of_many_frames_lean_on_the_old_bytes_around_them()
    {
        // Every fourth line is another: far more literals than one frame takes, and nothing that a chunk of 2 KiB could copy.
        var old = Lines(1, 200_000);
        var changed = old.Select((line, i) => i % 4 == 0 ? $"{line} sửa {i}" : line);

        var delta = await Made.Between([("sách.txt", Bytes(old))], [("sách.txt", Bytes(changed))]);

        await delta.LeadsToTheNewRelease();
        Assert.True(delta.Head.Frames.Count > 1);
        var alone = ZstdPrefix.Compress(delta.To.Files["sách.txt"], [], 12).Length;
        Assert.True(delta.Delta.Size < alone / 2, $"{delta.Delta.Size} of {alone}");
    }

    [Fact]
    public async Task Literals_lean_on_the_old_file_that_they_are_like_whatever_its_path()
    {
        // No chunk is the same, and the file that it is taken for by its path is another one.
        var old = Lines(1, 20_000);
        var changed = old.Select((line, i) => i % 4 == 0 ? $"{line} sửa {i}" : line);
        var file = ("mới/sách.txt", Bytes(changed));

        var delta = await Made.Between([("mới/bìa.txt", Bytes(Lines(2, 20_000))), ("z.txt", Bytes(old))], [file]);

        await delta.LeadsToTheNewRelease();
        Assert.Contains(delta.Head.Frames[0].Like, p => p.Source == 1);
        Assert.Contains("z.txt", DeltaReader.Needs(delta.Head).Select(f => f.Path));
        var alone = ZstdPrefix.Compress(file.Item2, [], 19).Length;
        Assert.True(delta.Delta.Size < alone / 2, $"{delta.Delta.Size} of {alone}");
        Assert.Single((await delta.Apply(delta.Bytes, isUsable: f => f.Path != "z.txt")).Skipped);
    }

    [Fact]
    public async Task Literals_lean_on_new_files_before_them()
    {
        // As long as a frame, so that the first is in another one, and changed every few hundred bytes.
        var film = Sample.Noise(1, DeltaFrame.MaxRawLength);
        var other = (byte[])film.Clone();
        for (var i = 0; i < other.Length; i += 400)
        {
            other[i] ^= 1;
        }

        var delta = await Made.Between(
            [("a.txt", Sample.Text(1, 9_000))],
            [("a.txt", Sample.Text(1, 9_000)), ("phim-1.mp4", film), ("phim-2.mp4", other)]
        );

        await delta.LeadsToTheNewRelease();
        Assert.InRange(delta.Delta.Size, film.Length, film.Length + 100_000);
    }

    [Fact]
    public async Task A_frame_leans_on_nothing_that_is_not_there_when_it_is_read()
    {
        var delta = await Made.Between(
            [("a.txt", Sample.Text(1, 9_000))],
            [("b.txt", Sample.Text(2, 9_000)), ("c.txt", Sample.Text(1, 9_000)), ("d.txt", Sample.Text(3, 9_000))]
        );
        var head = delta.Head;

        Assert.Equal(delta.Delta.Head, Sha256Digest.Of(head.ToBytes()));
        Assert.Equal(9_000, Parse(new PrefixPiece(0, 0, 9_000)).Frames[0].Like[0].Length);
        // Its own file, one that was moved, a later one, none; behind the end of one; more than a reader makes room for.
        foreach (var source in new[] { 1, 2, 3, 4, 99, -1 })
        {
            Refused(new PrefixPiece(source, 0, 1_024));
        }
        Refused(new PrefixPiece(0, 9_216, 10_240));
        Refused(new PrefixPiece(0, -1_024, 1_024));
        Refused(new PrefixPiece(0, 0, LiteralPrefix.MaxLength + 1_024));

        void Refused(PrefixPiece piece) =>
            Assert.Equal(ContentException.Malformed, Assert.Throws<ContentException>(() => Parse(piece)).Code);

        DeltaHead Parse(PrefixPiece piece)
        {
            var bytes = new DeltaHead(
                head.Base,
                head.Manifest,
                head.Views,
                head.Files,
                [head.Frames[0] with { Like = [piece] }, .. head.Frames.Skip(1)]
            ).ToBytes();
            var length = delta.Delta.Size - delta.Delta.HeadSize + bytes.Length;
            return DeltaHead.Parse(bytes, new(Sha256Digest.Of(bytes), bytes.Length, length), head.Base);
        }
    }

    [Fact]
    public async Task Any_mix_of_changes_leads_to_the_new_release_and_is_the_same_every_time()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var old = Files(random);
            var changed = Change(old, random);
            if (changed.Length == 0 || await Made.Try(old, changed) is not { } delta)
            {
                continue;
            }
            await delta.LeadsToTheNewRelease();

            Assert.Equal(delta.Bytes, (await Made.Between(old, changed)).Bytes);
        }
    }

    [Fact]
    public async Task A_release_with_nothing_in_common_has_no_delta() =>
        Assert.Null(await Made.Try([("a.bin", Sample.Noise(1, 100_000))], [("a.bin", Sample.Noise(2, 100_000))]));

    [Fact]
    public async Task No_byte_of_a_frame_can_be_changed()
    {
        var delta = await Made.Between(
            [("a.txt", Sample.Text(1, 300_000)), ("b.bin", Sample.Noise(2, 60_000))],
            [("a.txt", Sample.Text(3, 300_000)), ("b.bin", Sample.Noise(2, 60_000))]
        );
        for (var i = delta.Delta.HeadSize; i < delta.Bytes.Length; i += 401)
        {
            var changed = (byte[])delta.Bytes.Clone();
            changed[i] ^= 4;

            var refused = await Assert.ThrowsAsync<ContentException>(() => delta.Apply(changed));

            Assert.Equal(ContentException.BadFrame, refused.Code);
        }
        var cut = await Assert.ThrowsAsync<ContentException>(() => delta.Apply(delta.Bytes[..^1]));
        Assert.Equal(ContentException.Truncated, cut.Code);
    }

    [Fact]
    public async Task Frames_are_checked_one_by_one_as_they_come()
    {
        // More than one frame, of what is quickly made.
        var delta = await Made.Between(
            [("a.txt", Sample.Text(1, 9_000))],
            [("a.txt", Sample.Text(1, 9_500)), ("b.bin", Sample.Noise(2, 6_000_000))]
        );
        var frames = DeltaReader.Frames(delta.Head);

        Assert.True(frames.Count > 1);
        Assert.Equal(delta.Delta.HeadSize, frames[0].Offset);
        Assert.Equal(delta.Delta.Size, frames[^1].End);
        using var whole = new MemoryStream(delta.Bytes);
        for (var i = 0; i < frames.Count; i++)
        {
            await DeltaReader.Check(delta.Head, i, whole);
        }
        var last = frames.Count - 1;
        using var spoilt = new MemoryStream([.. delta.Bytes[..^1], (byte)(delta.Bytes[^1] ^ 1)]);
        await DeltaReader.Check(delta.Head, 0, spoilt);
        Assert.Equal(ContentException.BadFrame, (await Refused(spoilt)).Code);
        using var cut = new MemoryStream(delta.Bytes[..^1]);
        Assert.Equal(ContentException.Truncated, (await Refused(cut)).Code);

        Task<ContentException> Refused(Stream other) =>
            Assert.ThrowsAsync<ContentException>(() => DeltaReader.Check(delta.Head, last, other));
    }

    [Fact]
    public async Task A_head_that_is_not_the_signed_one_is_refused()
    {
        var delta = await Made.Between([("a.txt", Sample.Text(1, 9_000))], [("a.txt", [.. Sample.Text(1, 9_000), 1])]);
        var head = delta.Bytes[..delta.Delta.HeadSize];

        foreach (var other in new byte[][] { [], head[..^1], [.. head, 0], [.. head[..^1], (byte)(head[^1] ^ 1)] })
        {
            var refused = Assert.Throws<ContentException>(() =>
                DeltaHead.Parse(other, delta.Delta, delta.From.Manifest)
            );
            Assert.Equal(ContentException.BadFile, refused.Code);
        }
    }

    [Fact]
    public async Task A_delta_from_another_base_is_refused_or_leads_nowhere()
    {
        var delta = await Made.Between([("a.txt", Sample.Text(1, 9_000))], [("a.txt", [.. Sample.Text(1, 9_000), 1])]);
        var foreign = await Sample.Build(Sample.Description(id: 7), ("x/y.txt", Sample.Text(5, 400)));

        var refused = Assert.Throws<ContentException>(() =>
            DeltaHead.Parse(delta.Bytes.AsMemory(0, delta.Delta.HeadSize), delta.Delta, foreign.Manifest)
        );

        Assert.Equal(ContentException.Malformed, refused.Code);
    }

    [Fact]
    public async Task Whatever_a_signed_head_holds_it_is_taken_whole_or_refused()
    {
        var random = new Random(11);
        var old = Files(random);
        var delta = await Made.Between(old, [.. Change(old, random), ("thêm.txt", Sample.Text(77, 3_000))]);
        var prefix = delta.From.Manifest.ToBytesWithoutHashes();
        var body = Body(delta.Bytes[..delta.Delta.HeadSize], prefix);
        for (var i = 0; i < 4000; i++)
        {
            var broken = random.Next(4) == 0 ? body[..random.Next(body.Length)] : body.ToArray();
            for (var j = random.Next(3); j >= 0 && broken.Length > 0; j--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }
            var head = HeadOf(broken, prefix);
            var signed = new HeadedObject(
                Sha256Digest.Of(head),
                head.Length,
                delta.Delta.Size - delta.Delta.HeadSize + head.Length
            );
            byte[] bytes = [.. head, .. delta.Bytes.AsSpan(delta.Delta.HeadSize)];
            try
            {
                var parsed = DeltaHead.Parse(head, signed, delta.From.Manifest);
                await delta.Apply(bytes, parsed);
            }
            catch (ContentException e)
            {
                Assert.True(
                    e.Code
                        is ContentException.Malformed
                            or ContentException.BadPath
                            or ContentException.UnknownFormat
                            or ContentException.BadFrame
                            or ContentException.Truncated
                );
            }
        }
    }

    [Fact]
    public async Task What_leans_on_a_damaged_file_is_left_out_and_everything_else_is_built()
    {
        var old = Enumerable.Range(0, 12).Select(i => ($"trang-{i:d2}.html", Sample.Text(i, 30_000))).ToArray();
        var delta = await Made.Between(old, [.. old.Select((f, i) => i == 11 ? f : (f.Item1, Changed(f.Item2, i)))]);

        var damaged = await delta.Apply(delta.Bytes, isUsable: f => f.Path != "trang-11.html");
        Assert.Equal(["trang-11.html"], damaged.Skipped.Select(f => f.Path));
        foreach (var file in damaged.Manifest.Files.SkipLast(1))
        {
            Assert.Equal(Sha256Digest.Of(delta.To.Files[file.Path]), file.Sha256);
        }

        var nothing = await delta.Apply(delta.Bytes, isUsable: _ => false);
        Assert.Equal(12, nothing.Skipped.Count);
    }

    [Fact]
    public async Task Says_which_old_files_it_leans_on()
    {
        var delta = await Made.Between(
            [("a.txt", Sample.Text(1, 9_000)), ("b.txt", Sample.Text(2, 9_000)), ("c.txt", Sample.Text(3, 9_000))],
            [("a.txt", Changed(Sample.Text(1, 9_000), 1)), ("d.txt", Sample.Text(3, 9_000))]
        );

        Assert.Equal(["a.txt", "c.txt"], DeltaReader.Needs(delta.Head).Select(f => f.Path));
    }

    private static byte[] Changed(byte[] content, int seed)
    {
        var at = new Random(seed).Next(content.Length);
        return [.. content[..at], .. "sửa"u8, .. content[at..]];
    }

    private static (string, byte[])[] Files(Random random) =>
        [
            .. Enumerable
                .Range(0, random.Next(1, 8))
                .Select(i =>
                {
                    var length = random.Next(5) == 0 ? random.Next(20) : random.Next(150_000);
                    var content = random.Next(2) == 0 ? Sample.Noise(i, length) : Sample.Text(i, length);
                    return ($"thư-mục/f{i}.{(i % 2 == 0 ? "txt" : "bin")}", content);
                }),
        ];

    /// <summary>Edits, moves, removals, additions, copies across files.</summary>
    private static (string, byte[])[] Change((string Path, byte[] Content)[] old, Random random)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (path, content) in old)
        {
            switch (random.Next(6))
            {
                case 0:
                    break;
                case 1:
                    files[$"dời/{path}"] = content;
                    break;
                case 2:
                    files[path] = content;
                    break;
                default:
                    var edited = content.ToList();
                    for (var n = random.Next(1, 6); n > 0; n--)
                    {
                        var at = random.Next(edited.Count + 1);
                        var gone = random.Next(Math.Min(edited.Count - at, 3_000) + 1);
                        edited.RemoveRange(at, gone);
                        var other = old[random.Next(old.Length)].Content;
                        var from = random.Next(other.Length + 1);
                        edited.InsertRange(
                            at,
                            random.Next(2) == 0
                                ? Sample.Text(random.Next(), random.Next(4_000))
                                : other.AsSpan(from, random.Next(other.Length - from + 1)).ToArray()
                        );
                    }
                    files[path] = [.. edited];
                    break;
            }
        }
        if (random.Next(2) == 0)
        {
            files["mới/thêm.txt"] = Sample.Text(random.Next(), random.Next(30_000));
        }
        return [.. files.Select(f => (f.Key, f.Value))];
    }

    private static string[] Lines(int seed, int count)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => $"Dòng {i} nói về {random.Next(100_000)} và {random.Next(1_000)}."),
        ];
    }

    private static byte[] Bytes(IEnumerable<string> lines) =>
        System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));

    private static byte[] Body(byte[] head, byte[] prefix)
    {
        var input = new ByteReader(head, "delta");
        input.Magic("LCPD\u0002"u8);
        var body = new byte[input.Int(int.MaxValue)];
        ZstdPrefix.Decompress(input.Raw(input.Left), prefix, body);
        return body;
    }

    private static byte[] HeadOf(byte[] body, byte[] prefix)
    {
        var output = new ByteWriter();
        output.Raw("LCPD\u0002"u8);
        output.Number(body.Length);
        output.Raw(ZstdPrefix.Compress(body, prefix, 3));
        return output.Written.ToArray();
    }
}
