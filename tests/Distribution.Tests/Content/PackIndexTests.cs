using LaiChau.Distribution.Content;
using LaiChau.Testing;

namespace LaiChau.Distribution.Tests.Content;

public sealed class PackIndexTests
{
    [Fact]
    public async Task Names_the_chunks_that_a_file_is_cut_into_anywhere()
    {
        var content = Sample.Noise(1, 200_000);
        var sample = await Sample.Build(("a.bin", content), ("b.bin", [.. content, .. Sample.Noise(2, 50_000)]));

        foreach (var file in sample.Manifest.Files)
        {
            var cut = new List<(ChunkId, int)>();
            await foreach (var chunk in ReleaseBuilder.Locate(new MemoryStream(sample.Files[file.Path])))
            {
                cut.Add((chunk.Id, chunk.Length));
                Assert.Equal(chunk.Id, ChunkId.Of(sample.Files[file.Path].AsSpan((int)chunk.Offset, chunk.Length)));
            }
            Assert.Equal(cut, sample.Index.ChunksOf(file).Select(c => (c.Id, c.Length)));
        }
        Assert.All(sample.Index.Frames, f => Assert.InRange(f.RawLength, 1, PackFrame.MaxRawLength));
    }

    [Fact]
    public async Task Refuses_an_index_the_manifest_does_not_name()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 50_000)));

        foreach (var other in new byte[][] { [], sample.Head[..^1], [.. sample.Head, 0] })
        {
            Assert.Equal(ContentException.BadFile, Refused(other, sample.Manifest).Code);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_a_signed_index_holds_it_is_taken_whole_or_refused(bool hasFilms)
    {
        var sample = await Sample.Build(
            ("a.bin", hasFilms ? new Film(1, 30).Mp4() : Sample.Noise(1, 100_000)),
            ("b.txt", Sample.Text(2, 30_000)),
            ("c.bin", hasFilms ? new Film(2, 30).Matroska() : [])
        );
        var format = hasFilms ? "LCPX\u0003"u8.ToArray() : "LCPX\u0002"u8.ToArray();
        var (columns, ids) = Take(sample.Head, format);
        var random = new Random(3);
        for (var i = 0; i < 3000; i++)
        {
            var (brokenColumns, brokenIds) = (columns.ToArray(), ids.ToArray());
            switch (random.Next(4))
            {
                case 0:
                    brokenColumns = columns[..random.Next(columns.Length)];
                    break;
                case 1:
                    brokenColumns = [.. columns, .. Sample.Noise(i, random.Next(1, 40))];
                    break;
                case 2:
                    brokenIds = ids[..random.Next(ids.Length)];
                    break;
            }
            for (var j = random.Next(3); j >= 0 && brokenColumns.Length > 0; j--)
            {
                brokenColumns[random.Next(brokenColumns.Length)] = (byte)random.Next(256);
            }
            var broken = Put(brokenColumns, brokenIds, format);
            if (random.Next(4) == 0)
            {
                broken[random.Next(broken.Length)] ^= 1;
            }
            try
            {
                var index = PackIndex.Parse(broken, Named(sample, broken));
                Assert.Equal(sample.Pack.Length - sample.Head.Length, index.Frames.Sum(f => (long)f.CompressedLength));
                foreach (var file in sample.Manifest.Files)
                {
                    Assert.Equal(file.Size, index.ChunksOf(file).Sum(c => (long)c.Length));
                    Assert.Equal(file.Size, index.InterleaveOf(file)?.Pieces.Sum(p => p.Length) ?? file.Size);
                }
            }
            catch (ContentException e)
            {
                Assert.True(e.Code is ContentException.Malformed or ContentException.UnknownFormat);
            }
        }
    }

    [Fact]
    public async Task Does_not_believe_counts_that_the_bytes_cannot_hold()
    {
        var sample = await Sample.Build(("a.bin", [1]));
        byte[] huge = [0xFF, 0xFF, 0xFF, 0xFF, 0x07];

        foreach (
            var head in new byte[][]
            {
                Put([.. huge, .. huge, 1, 2, 3], []),
                [.. "LCPX\u0002"u8, .. huge, 4, 1, 2, 3, 4],
                [.. "LCPX\u0002"u8, 1, .. huge, 1, 2, 3],
            }
        )
        {
            Assert.Equal(ContentException.Malformed, Refused(head, Named(sample, head)).Code);
        }
    }

    [Fact]
    public async Task Refuses_another_format_and_files_that_it_does_not_fit()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 50_000)));
        byte[] later = [.. "LCPX\u0004"u8, 0, 0];
        var file = sample.Manifest.Files[0];

        Assert.Equal(ContentException.UnknownFormat, Refused(later, Named(sample, later)).Code);
        foreach (
            ManifestFile[] files in new[]
            {
                [file with { Size = file.Size - 1 }],
                [file with { Size = file.Size + 1 }],
                [file, file with { Path = "b.bin" }],
                Array.Empty<ManifestFile>(),
            }
        )
        {
            var other = sample.Manifest with { Files = files };
            Assert.Equal(ContentException.Malformed, Refused(sample.Head, other).Code);
        }
    }

    private static ContentException Refused(byte[] head, ReleaseManifest manifest) =>
        Assert.Throws<ContentException>(() => PackIndex.Parse(head, manifest));

    /// <summary>The manifest as if its author had signed these bytes as the pack's head.</summary>
    private static ReleaseManifest Named(Sample sample, byte[] head) =>
        sample.Manifest with
        {
            Pack = new(Sha256Digest.Of(head), head.Length, head.Length + sample.FramesLength),
        };

    private static (byte[] Columns, byte[] Ids) Take(byte[] head, byte[] format)
    {
        var input = new ByteReader(head, "head");
        input.Magic(format);
        var columns = new byte[input.Int(int.MaxValue)];
        ZstdPrefix.Decompress(input.Block(), [], columns);
        return (columns, input.Raw(input.Left).ToArray());
    }

    private static byte[] Put(byte[] columns, byte[] ids, byte[]? format = null)
    {
        var output = new ByteWriter();
        output.Raw(format ?? "LCPX\u0002"u8.ToArray());
        output.Number(columns.Length);
        output.Block(ZstdPrefix.Compress(columns, [], 3));
        output.Raw(ids);
        return output.Written.ToArray();
    }
}
