namespace LaiChau.Distribution.Content.Deltas;

/// <summary>Bytes that a frame of literals leans on.</summary>
/// <param name="Source">Number among the base's files, or, from their count on, among the new ones.</param>
/// <param name="From">First byte.</param>
/// <param name="To">One past the last.</param>
internal readonly record struct PrefixPiece(int Source, long From, long To)
{
    /// <summary>What a frame names begins at a multiple of this, and ends at one or with its file.</summary>
    public const int Unit = 1024;

    public int Length => (int)(To - From);
}

/// <summary>
/// What each stretch of literals leans on, worked out from the copies around them alone, so that publisher and point agree without a word (0003, "Delta").
/// </summary>
internal sealed class LiteralPrefix
{
    public const int MaxLength = 2 * 1024 * 1024;
    private const int MaxOfRun = 256 * 1024;
    private const int Stretch = 64 * 1024;
    private const int Context = 4 * 1024;
    private const int Slack = 16 * 1024;

    private readonly IReadOnlyList<long> _lengths;
    private readonly List<Run> _runs = [];

    /// <param name="lengths">Of the base's files, as the delta sees them.</param>
    /// <param name="files">How the new ones come about.</param>
    public LiteralPrefix(IReadOnlyList<long> lengths, IEnumerable<DeltaFile> files)
    {
        _lengths = lengths;
        foreach (var (number, file) in files.Index())
        {
            // What comes from other new files says nothing of where the file stands in the old ones.
            var left = new Place(file.Base, 0);
            var first = _runs.Count;
            foreach (var step in file.Steps)
            {
                if (step.Literal > 0)
                {
                    _runs.Add(new(number, Length, step.Literal, left, End(file.Base)));
                    Length += step.Literal;
                }
                if (step.Copy == 0 || step.Source >= lengths.Count)
                {
                    continue;
                }
                left = new(step.Source, step.Offset + step.Copy);
                for (; first < _runs.Count; first++)
                {
                    _runs[first] = _runs[first] with { Right = new(step.Source, step.Offset) };
                }
            }
        }
    }

    /// <summary>Bytes of all literals.</summary>
    public long Length { get; }

    /// <summary>Cuts the literals into stretches of which none, nor its prefix, is too long for a frame.</summary>
    public IEnumerable<(long From, long To)> Cut()
    {
        var pieces = new Pieces();
        long start = 0;
        foreach (var run in _runs)
        {
            for (var at = run.Start; at < run.End; )
            {
                var length = Math.Min(run.End - at, start + Stretch - at);
                if (length > 0)
                {
                    Add(pieces, run, at - run.Start, length);
                }
                if (length == 0 || (pieces.Length > MaxLength && at > start))
                {
                    yield return (start, at);
                    start = at;
                    pieces = new();
                    continue;
                }
                at += length;
            }
        }
        if (Length > start)
        {
            yield return (start, Length);
        }
    }

    /// <summary>Number of the new file that the literal at <paramref name="at"/> belongs to.</summary>
    public int FileAt(long at) => _runs[FirstAt(at)].File;

    /// <summary>The prefix of the frame that holds the literals from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public IReadOnlyList<PrefixPiece> Of(long from, long to)
    {
        var pieces = new Pieces();
        for (var i = FirstAt(from); i < _runs.Count && _runs[i].Start < to; i++)
        {
            var run = _runs[i];
            var start = Math.Max(run.Start, from);
            Add(pieces, run, start - run.Start, Math.Min(run.End, to) - start);
        }
        return pieces.All;
    }

    private void Add(Pieces pieces, Run run, long start, long length)
    {
        var (left, right) = (run.Left, run.Right);
        if (left.Source == right.Source && left.Source >= 0 && left.At <= right.At)
        {
            // All that was there before, or as much of it as is in proportion: its two ends, and for a part of a long stretch the same part.
            var gap = right.At - left.At;
            var most = Math.Min((4 * length) + Slack, length + MaxOfRun);
            if (gap <= most)
            {
                Add(pieces, left.Source, left.At - Context, right.At + Context);
            }
            else if (length == run.Length)
            {
                Add(pieces, left.Source, left.At - Context, left.At + (most / 2));
                Add(pieces, left.Source, right.At - (most / 2), right.At + Context);
            }
            else
            {
                var middle = (long)((Int128)gap * ((2 * start) + length) / (2 * run.Length));
                var from = left.At + Math.Clamp(middle - (most / 2), 0, gap - most);
                Add(pieces, left.Source, from - Context, from + most + Context);
            }
            return;
        }
        var half = Math.Min(2 * length, MaxOfRun / 2);
        Add(pieces, left.Source, left.At - Context, left.At + half);
        Add(pieces, right.Source, right.At - half, right.At + Context);
    }

    private void Add(Pieces pieces, int source, long from, long to)
    {
        if (source >= 0)
        {
            pieces.Add(new(source, Math.Max(from, 0), Math.Min(to, _lengths[source])));
        }
    }

    private Place End(int source) => new(source, source < 0 ? 0 : _lengths[source]);

    private int FirstAt(long at)
    {
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _runs[middle].End <= at ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private readonly record struct Place(int Source, long At);

    private readonly record struct Run(int File, long Start, long Length, Place Left, Place Right)
    {
        public long End => Start + Length;
    }

    /// <summary>Neighbours often lean on the same old bytes: those are taken once.</summary>
    private sealed class Pieces
    {
        private readonly List<PrefixPiece> _all = [];

        public IReadOnlyList<PrefixPiece> All => _all;
        public long Length { get; private set; }

        public void Add(PrefixPiece piece)
        {
            if (
                _all is [.., var last]
                && last.Source == piece.Source
                && piece.From >= last.From
                && piece.From <= last.To
            )
            {
                Length += Math.Max(0, piece.To - last.To);
                _all[^1] = last with { To = Math.Max(last.To, piece.To) };
            }
            else if (piece.From < piece.To)
            {
                Length += piece.To - piece.From;
                _all.Add(piece);
            }
        }
    }
}
