using LaiChau.Distribution.Content;

namespace LaiChau.Distribution.Tests.Content;

public sealed class ReleaseBuilderTests
{
    [Fact]
    public async Task What_was_packed_is_read_back_file_by_file()
    {
        var sample = await Sample.Build(
            ("trang/index.html", Sample.Text(1, 90_000)),
            ("am-thanh/bai.opus", Sample.Noise(2, 300_000)),
            ("trống.txt", []),
            ("ngắn.txt", "chè Shan"u8.ToArray())
        );

        Assert.Equal(
            ["am-thanh/bai.opus", "ngắn.txt", "trang/index.html", "trống.txt"],
            sample.Manifest.Files.Select(f => f.Path)
        );
        foreach (var file in sample.Manifest.Files)
        {
            Assert.Equal(sample.Files[file.Path], await sample.Read(file));
        }
    }

    [Fact]
    public async Task The_same_files_give_the_same_bytes_in_whatever_order_they_come()
    {
        (string, byte[])[] files = [("a.txt", Sample.Text(1, 200_000)), ("b.bin", Sample.Noise(2, 100_000))];

        var one = await Sample.Build(files);
        var two = await Sample.Build([.. files.Reverse()]);

        Assert.Equal(one.Pack, two.Pack);
        Assert.Equal(one.Manifest.ToBytes(), two.Manifest.ToBytes());
    }

    [Fact]
    public async Task A_file_that_is_there_twice_is_packed_once()
    {
        var content = Sample.Noise(3, 500_000);

        var one = await Sample.Build(("a.bin", content));
        var two = await Sample.Build(("a.bin", content), ("b/bản sao.bin", content));

        Assert.Equal(one.Pack[one.Head.Length..], two.Pack[two.Head.Length..]);
        Assert.Equal(content, await two.Read(two.Manifest.Files[1]));
    }

    [Fact]
    public async Task Any_mix_of_files_comes_back_whole()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var files = Enumerable
                .Range(0, random.Next(1, 8))
                .Select(i =>
                {
                    var length = random.Next(4) == 0 ? random.Next(10) : random.Next(200_000);
                    var content = random.Next(2) == 0 ? Sample.Noise(seed, length) : Sample.Text(seed * 10 + i, length);
                    return ($"f{i}", content);
                })
                .ToArray();

            var sample = await Sample.Build(files);

            foreach (var file in sample.Manifest.Files)
            {
                Assert.Equal(sample.Files[file.Path], await sample.Read(file));
            }
        }
    }

    [Fact]
    public async Task Refuses_files_whose_names_fall_together()
    {
        var refused = await Assert.ThrowsAsync<ContentException>(() =>
            Sample.Build(("Chè.html", [1]), ("chè.HTML", [2]))
        );

        Assert.Equal(ContentException.BadPath, refused.Code);
    }
}
