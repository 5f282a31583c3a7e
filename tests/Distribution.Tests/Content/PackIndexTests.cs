using LaiChau.Distribution.Content;

namespace LaiChau.Distribution.Tests.Content;

public sealed class PackIndexTests
{
    [Fact]
    public async Task Finds_every_chunk_in_the_files_that_hold_it()
    {
        var content = Sample.Noise(1, 200_000);
        var sample = await Sample.Build(("a.bin", content), ("b.bin", [.. content, .. Sample.Noise(2, 50_000)]));

        foreach (var place in sample.Index.Locate(sample.Manifest))
        {
            var bytes = sample.Files[place.File.Path].AsSpan((int)place.Offset, place.Length);
            Assert.Equal(place.Id, ChunkId.Of(bytes));
        }
        Assert.All(sample.Index.Frames, f => Assert.InRange(f.RawLength, 1, PackFrame.MaxRawLength));
    }

    [Fact]
    public async Task Refuses_an_index_the_manifest_does_not_name()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 50_000)));

        foreach (var other in new byte[][] { [], sample.IndexBytes[..^1], [.. sample.IndexBytes, 0] })
        {
            Assert.Equal(ContentException.BadFile, Refused(other, sample.Manifest).Code);
        }
    }

    [Fact]
    public async Task Whatever_a_signed_index_holds_it_is_taken_whole_or_refused()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 100_000)), ("b.txt", Sample.Text(2, 30_000)));
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var broken = random.Next(3) switch
            {
                0 => sample.IndexBytes[..random.Next(sample.IndexBytes.Length)],
                1 => [.. sample.IndexBytes, .. Sample.Noise(i, random.Next(1, 40))],
                _ => (byte[])sample.IndexBytes.Clone(),
            };
            for (var j = random.Next(3); j >= 0 && broken.Length > 0; j--)
            {
                broken[random.Next(Math.Min(broken.Length, 24))] = (byte)random.Next(256);
            }
            var manifest = sample.Manifest with { Index = new(Sha256Digest.Of(broken), broken.Length) };
            try
            {
                var index = PackIndex.Parse(broken, manifest);
                Assert.Equal(manifest.Pack.Size, index.Frames.Sum(f => (long)f.CompressedLength));
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
        byte[] huge = [.. "LCPX\u0001"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1, 2, 3];

        var refused = Refused(huge, sample.Manifest with { Index = new(Sha256Digest.Of(huge), huge.Length) });

        Assert.Equal(ContentException.Malformed, refused.Code);
    }

    [Fact]
    public async Task Refuses_a_later_format_and_runs_outside_the_pack()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 50_000)));
        byte[] later = [.. "LCPX\u0002"u8, 0, 0];
        var file = sample.Manifest.Files[0];

        Assert.Equal(
            ContentException.UnknownFormat,
            Refused(later, sample.Manifest with { Index = new(Sha256Digest.Of(later), later.Length) }).Code
        );
        foreach (
            var wrong in new[]
            {
                file with
                {
                    Chunks = [new(0, 1000)],
                },
                file with
                {
                    Chunks = [new(int.MaxValue - 1, 1)],
                },
                file with
                {
                    Chunks = [],
                },
                file with
                {
                    Size = file.Size - 1,
                },
                file with
                {
                    Chunks = [.. file.Chunks, new(0, 1)],
                },
            }
        )
        {
            Assert.Equal(
                ContentException.Malformed,
                Refused(sample.IndexBytes, sample.Manifest with { Files = [wrong] }).Code
            );
        }
    }

    private static ContentException Refused(byte[] index, ReleaseManifest manifest) =>
        Assert.Throws<ContentException>(() => PackIndex.Parse(index, manifest));
}
