using LaiChau.Distribution.Content;
using LaiChau.Testing;

namespace LaiChau.Distribution.Tests.Content;

public sealed class FetchPlanTests
{
    [Fact]
    public async Task A_first_install_is_one_range_and_nothing_missing_is_none()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 500_000)));

        var all = sample.Plan(_ => false);
        var none = sample.Plan(_ => true);

        Assert.Equal(new ByteRange(sample.Head.Length, sample.FramesLength), Assert.Single(all.Ranges).Range);
        Assert.Equal(sample.Index.Chunks.Count, all.MissingChunks);
        Assert.Empty(none.Ranges);
        Assert.Equal((0, 0), (none.Bytes, none.MissingChunks));
    }

    [Fact]
    public async Task Small_gaps_are_joined_and_larger_ones_left_out()
    {
        var sample = await Sample.Build(("a.bin", Sample.Noise(1, 1_000_000)));
        var frames = sample.Index.Frames;
        var missing = new[] { 2, 4, 9 }.Select(f => sample.Index.Chunks[frames[f].FirstChunk].Id).ToHashSet();

        var tight = sample.Plan(id => !missing.Contains(id), maxGap: 0);
        var joined = sample.Plan(id => !missing.Contains(id), maxGap: frames[3].CompressedLength);

        Assert.Equal([2, 4, 9], tight.Ranges.Select(r => r.FirstFrame));
        Assert.Equal([(2, 3), (9, 1)], joined.Ranges.Select(r => (r.FirstFrame, r.FrameCount)));
        Assert.Equal(3, joined.MissingChunks);
    }

    [Fact]
    public async Task There_are_never_more_ranges_than_a_server_is_to_be_asked_for()
    {
        var sample = await Sample.Build(("phim.bin", Sample.Noise(1, 12_000_000)));
        // One chunk and then two that are held, again and again.
        var missing = sample.Index.Chunks.Where((_, i) => i % 3 == 0).Select(c => c.Id).ToHashSet();

        var plan = sample.Plan(id => !missing.Contains(id));

        Assert.True(missing.Count > 2 * FetchPlan.MostRanges);
        Assert.Equal(FetchPlan.MostRanges, plan.Ranges.Count);
        // The smallest gaps are those that are fetched.
        var left = plan.Ranges.Zip(plan.Ranges.Skip(1), (one, next) => next.Range.Offset - one.Range.End).Min();
        var joined = plan.Ranges.SelectMany(r => Gaps(r.FirstFrame, r.FrameCount)).Max();
        Assert.True(joined <= left);

        IEnumerable<long> Gaps(int first, int count) =>
            Enumerable
                .Range(first, count)
                .Where(f =>
                    !missing.Contains(sample.Index.Chunks[f].Id) && missing.Contains(sample.Index.Chunks[f - 1].Id)
                )
                .Select(f =>
                    (long)sample.Index.Frames[f].CompressedLength + sample.Index.Frames[f + 1].CompressedLength
                );
    }

    [Fact]
    public async Task Of_what_is_packed_already_a_chunk_comes_without_its_neighbours()
    {
        var film = Sample.Noise(1, 1_000_000);
        var sample = await Sample.Build(("a.txt", Sample.Text(2, 300_000)), ("phim.bin", film));
        var chunks = sample.Index.ChunksOf(sample.Manifest.Files[1]).ToList();

        Assert.All(chunks.Skip(1), c => Assert.Equal(1, sample.Index.Frames[c.Frame].ChunkCount));
        Assert.Contains(sample.Index.Frames, f => f.ChunkCount > 1);
        var plan = sample.Plan(id => id != chunks[20].Id);
        Assert.InRange(plan.Bytes, chunks[20].Length, chunks[20].Length + 100);
        Assert.Equal(film, await sample.Read(sample.Manifest.Files[1]));
    }

    [Fact]
    public async Task Takes_only_the_files_that_are_wanted()
    {
        var sample = await Sample.Build(("a.html", Sample.Text(1, 5_000)), ("video.bin", Sample.Noise(2, 800_000)));

        var plan = sample.Plan(_ => false, f => f.Path == "a.html");

        Assert.InRange(plan.Bytes, 1, 70_000);
    }

    [Fact]
    public async Task An_update_fetches_about_what_changed()
    {
        var old = Sample.Noise(1, 2_000_000);
        byte[] changed = [.. old[..700_000], .. "một đoạn mới"u8, .. old[700_000..]];
        var before = await Sample.Build(("video.bin", old));
        var after = await Sample.Build(("phim/video.bin", changed));
        var held = new HashSet<ChunkId>();
        await foreach (var chunk in ReleaseBuilder.Locate(new MemoryStream(old)))
        {
            held.Add(chunk.Id);
        }

        var plan = after.Plan(held.Contains);

        Assert.InRange(plan.Bytes, 1, 200_000);
        Assert.InRange(plan.Ranges.Count, 1, 3);
    }

    [Fact]
    public async Task A_film_in_another_container_brings_hardly_more_than_its_headers()
    {
        var film = new Film(1, 400);
        foreach (
            var (before, after) in new[]
            {
                (film.Mp4(), film.Matroska()),
                (film.Matroska(), film.Mp4(isIndexFirst: true)),
                (film.Matroska(), film.Matroska("Phim mẫu")),
            }
        )
        {
            var held = new HashSet<ChunkId>();
            await foreach (var chunk in ReleaseBuilder.Locate(ReleaseBuilder.See(new MemoryStream(before))))
            {
                held.Add(chunk.Id);
            }
            var sample = await Sample.Build(("phim.bin", after));

            var plan = sample.Plan(held.Contains);

            Assert.InRange(plan.Bytes, 1, after.Length / 20);
            Assert.InRange(sample.Head.Length, 1, after.Length / 100);
        }
    }

    [Fact]
    public async Task Whatever_is_held_plan_and_held_chunks_make_the_release_whole()
    {
        var sample = await Sample.Build(("a.txt", Sample.Text(1, 700_000)), ("b.bin", Sample.Noise(2, 700_000)));
        var content = new Dictionary<ChunkId, byte[]>();
        foreach (var file in sample.Files.Values)
        {
            await foreach (var chunk in ReleaseBuilder.Locate(new MemoryStream(file)))
            {
                content[chunk.Id] = file.AsMemory((int)chunk.Offset, chunk.Length).ToArray();
            }
        }
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var share = random.NextDouble();
            var held = content.Where(_ => random.NextDouble() < share).ToDictionary(c => c.Key, c => c.Value);
            var gap = random.Next(0, 100_000);

            var plan = sample.Plan(held.ContainsKey, maxGap: gap);

            Assert.All(
                plan.Ranges.Zip(plan.Ranges.Skip(1)),
                p => Assert.True(p.Second.Range.Offset - p.First.Range.End > gap)
            );
            foreach (var range in plan.Ranges)
            {
                await foreach (var chunk in PackReader.Read(sample.Index, range, sample.Open(range.Range)))
                {
                    held[chunk.Id] = chunk.Content.ToArray();
                }
            }
            foreach (var file in sample.Manifest.Files)
            {
                using var output = new MemoryStream();
                await PackReader.Assemble(file, sample.Index, (c, _) => new(held[c.Id]), output);
                Assert.Equal(sample.Files[file.Path], output.ToArray());
            }
        }
    }
}
