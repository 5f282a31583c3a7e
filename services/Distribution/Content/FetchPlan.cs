namespace LaiChau.Distribution.Content;

/// <summary>One range of a pack to fetch: whole frames.</summary>
/// <param name="Range">Bytes of the object.</param>
/// <param name="FirstFrame">First frame in it.</param>
/// <param name="FrameCount">How many frames.</param>
public sealed record PackRange(ByteRange Range, int FirstFrame, int FrameCount);

/// <summary>What to fetch of a pack.</summary>
/// <param name="Ranges">In pack order; one request each.</param>
/// <param name="MissingChunks">How many chunks they are for.</param>
public sealed record FetchPlan(IReadOnlyList<PackRange> Ranges, int MissingChunks)
{
    /// <summary>Gaps up to this many bytes are fetched rather than left out: a request over a weak link takes as long.</summary>
    public const int DefaultGap = 4 * 1024;

    /// <summary>Ranges; where there would be more, the smallest gaps are fetched, too.</summary>
    public const int MostRanges = 100;

    /// <summary>Bytes to fetch.</summary>
    public long Bytes => Ranges.Sum(r => r.Range.Length);

    /// <summary>Plans the fetch of these chunks. After a cut, plan again.</summary>
    public static FetchPlan Of(PackIndex index, IEnumerable<PackChunk> chunks, long maxGap = DefaultGap)
    {
        ArgumentNullException.ThrowIfNull(index);
        var numbers = chunks.Select(chunk => chunk.Number).ToHashSet();
        var frames = numbers.Select(n => index.Chunks[n].Frame).Distinct().Order().ToList();
        var gaps = frames
            .Zip(frames.Skip(1), (one, next) => Gap(index.Frames[one], index.Frames[next]))
            .Order()
            .ToList();
        if (gaps.Count >= MostRanges)
        {
            maxGap = Math.Max(maxGap, gaps[^MostRanges]);
        }
        var ranges = new List<PackRange>();
        foreach (var number in frames)
        {
            var frame = index.Frames[number];
            if (ranges is [.., var last] && frame.Offset - last.Range.End <= maxGap)
            {
                ranges[^1] = new(
                    new(last.Range.Offset, frame.Offset + frame.CompressedLength - last.Range.Offset),
                    last.FirstFrame,
                    number - last.FirstFrame + 1
                );
            }
            else
            {
                ranges.Add(new(new(frame.Offset, frame.CompressedLength), number, 1));
            }
        }
        return new(ranges, numbers.Count);

        static long Gap(PackFrame one, PackFrame next) => next.Offset - one.Offset - one.CompressedLength;
    }
}
