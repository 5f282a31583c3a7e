namespace LaiChau.Distribution.Content.Deltas;

/// <summary>The literals of all built files as one stretch.</summary>
internal sealed class Literals
{
    private readonly List<(long Start, long Length, long At)> _runs = [];
    private readonly Spool _news;
    private int _next;

    public Literals(IEnumerable<(DeltaFile File, long At)> files, Spool news)
    {
        _news = news;
        long length = 0;
        foreach (var (file, place) in files)
        {
            var at = place;
            foreach (var step in file.Steps)
            {
                if (step.Literal > 0)
                {
                    _runs.Add((length, step.Literal, at));
                    length += step.Literal;
                }
                at += step.Literal + step.Copy;
            }
        }
    }

    /// <summary>They are read in order.</summary>
    public void Read(long from, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var (start, length, at) = _runs[_next];
            var skip = from - start;
            var take = (int)Math.Min(destination.Length, length - skip);
            _news.Read(at + skip, destination[..take]);
            destination = destination[take..];
            from += take;
            if (from == start + length)
            {
                _next++;
            }
        }
    }
}
