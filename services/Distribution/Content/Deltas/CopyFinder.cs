using System.IO.Hashing;

namespace LaiChau.Distribution.Content.Deltas;

/// <summary>
/// Finds what a new file has in common with old ones, and with new ones before it: content-defined chunks of about 2 KiB meet by hash, are compared
/// byte by byte, and grown both ways. Memory: about 40 bytes a chunk.
/// </summary>
internal sealed class CopyFinder(Spool olds, Spool news, int granularity)
{
    // A copy shorter than this costs more than it saves.
    private const int ShortestCopy = 32;

    private readonly FastCdc _cdc = new(granularity / 4, granularity, granularity * 8);
    private readonly Dictionary<ulong, (int Source, long At)> _chunks = [];
    private readonly Dictionary<int, Place> _places = [];
    private readonly SpoolCursor _olds = new(olds);
    private readonly SpoolCursor _earlier = new(news);
    private readonly SpoolCursor _news = new(news);

    /// <summary>The piece size with which chunks of so many bytes stay within a bounded memory.</summary>
    public static int GranularityFor(long bytes)
    {
        const int Finest = 2 * 1024;
        const long MostChunks = 2_000_000;
        var granularity = Finest;
        while (bytes / granularity > MostChunks)
        {
            granularity *= 2;
        }
        return granularity;
    }

    /// <summary>Bytes of a file that others may copy from; null: of this one they may not.</summary>
    public long? LengthOf(int source) => _places.TryGetValue(source, out var place) ? place.Length : null;

    /// <summary>Reads a part of such a file.</summary>
    public void Read(int source, long from, Span<byte> destination) =>
        _places[source].Spool.Read(_places[source].At + from, destination);

    /// <summary>Takes an old file in, so that copies of it are found.</summary>
    public async Task Learn(int source, Stream content, CancellationToken ct)
    {
        var start = olds.Length;
        using var cutter = new StreamCutter(_cdc, content);
        while (await cutter.Next(ct) is { IsEmpty: false } chunk)
        {
            _chunks.TryAdd(XxHash3.HashToUInt64(chunk.Span), (source, olds.Length - start));
            olds.Append(chunk.Span);
        }
        _places.Add(source, new(olds, _olds, start, olds.Length - start));
    }

    /// <summary>The steps that build a new file, and where it lies in the spool of new files.</summary>
    /// <param name="source">Its own number, under which later files may copy from it; null: they may not.</param>
    /// <param name="content">The new file.</param>
    /// <param name="twin">The source that it is most likely the next version of; −1: none.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<(List<DeltaStep> Steps, long At)> Find(
        int? source,
        Stream content,
        int twin,
        CancellationToken ct
    )
    {
        var start = news.Length;
        var chunks = new List<(ulong Hash, int Length)>();
        using var cutter = new StreamCutter(_cdc, content);
        while (await cutter.Next(ct) is { IsEmpty: false } chunk)
        {
            chunks.Add((XxHash3.HashToUInt64(chunk.Span), chunk.Length));
            news.Append(chunk.Span);
        }
        var steps = Match(chunks, start, twin);
        if (source is { } number)
        {
            _places.Add(number, new(news, _earlier, start, news.Length - start));
            long at = 0;
            foreach (var (hash, length) in chunks)
            {
                _chunks.TryAdd(hash, (number, at));
                at += length;
            }
        }
        return (steps, start);
    }

    private List<DeltaStep> Match(List<(ulong Hash, int Length)> chunks, long start, int twin)
    {
        var steps = new List<DeltaStep>();
        var end = news.Length - start;
        var (done, at) = (0L, 0L);
        // Where the file goes on in the old one if nothing was changed in between.
        var (source, shift) = (twin, 0L);
        foreach (var (hash, length) in chunks)
        {
            var from = at;
            at += length;
            if (from < done)
            {
                continue;
            }
            if (!Holds(source, from + shift, start + from, length))
            {
                if (!_chunks.TryGetValue(hash, out var found) || !Holds(found.Source, found.At, start + from, length))
                {
                    continue;
                }
                (source, shift) = (found.Source, found.At - from);
            }
            var place = _places[source];
            var there = from + shift;
            var before = _news.CommonBefore(start + from, place.Cursor, place.At + there, Math.Min(from - done, there));
            var after = _news.CommonAfter(
                start + at,
                place.Cursor,
                place.At + there + length,
                Math.Min(end - at, place.Length - there - length)
            );
            var copy = before + length + after;
            if (copy < ShortestCopy)
            {
                continue;
            }
            steps.Add(new(from - before - done, source, there - before, copy));
            done = at + after;
        }
        if (done < end)
        {
            steps.Add(new(end - done, 0, 0, 0));
        }
        return steps;
    }

    private bool Holds(int source, long offset, long at, int length)
    {
        if (offset < 0 || !_places.TryGetValue(source, out var place) || offset + length > place.Length)
        {
            return false;
        }
        return _news.CommonAfter(at, place.Cursor, place.At + offset, length) == length;
    }

    private readonly record struct Place(Spool Spool, SpoolCursor Cursor, long At, long Length);
}
