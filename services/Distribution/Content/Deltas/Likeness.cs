namespace LaiChau.Distribution.Content.Deltas;

/// <summary>
/// Finds the stretches of known files that literals are most like where no whole chunk is the same. Windows of 32 bytes are sampled by what they hold, one
/// in 32 or fewer; the stretch that shares the most of them which nothing else shares yet is taken first. Memory: 12 bytes a sample, two million at most.
/// </summary>
internal sealed class Likeness
{
    private const int BlockLength = 16 * 1024;
    private const int MostSamples = 2_000_000;

    // What is found everywhere says nothing.
    private const int MostPlaces = 16;

    // One window alone says little.
    private const int LeastShared = 2;

    private readonly int _shift;
    private readonly int[] _newest = new int[1 << 20];
    private readonly List<(uint Window, int Block, int Older)> _samples = [default];
    private readonly List<PrefixPiece> _blocks = [];
    private readonly byte[] _block = new byte[BlockLength];

    private readonly CopyFinder _known;
    private int _learned;

    /// <param name="known">Where the files are read.</param>
    /// <param name="bytes">How many there are to learn.</param>
    public Likeness(CopyFinder known, long bytes)
    {
        _known = known;
        var bits = 5;
        while (bytes >> bits > MostSamples)
        {
            bits++;
        }
        _shift = 32 - bits;
    }

    /// <summary>Takes in all that others may copy from and that comes before <paramref name="source"/>.</summary>
    public void LearnUpTo(int source)
    {
        for (; _learned < source; _learned++)
        {
            if (_known.LengthOf(_learned) is { } length)
            {
                Learn(_learned, length);
            }
        }
    }

    private void Learn(int source, long length)
    {
        for (long from = 0; from < length; from += BlockLength)
        {
            var block = _block.AsSpan(0, (int)Math.Min(BlockLength, length - from));
            _known.Read(source, from, block);
            var number = _blocks.Count;
            _blocks.Add(new(source, from, from + block.Length));
            foreach (var window in Sample(block))
            {
                ref var newest = ref _newest[window & (_newest.Length - 1)];
                _samples.Add((window, number, newest));
                newest = _samples.Count - 1;
            }
        }
    }

    /// <summary>The stretches to lean on.</summary>
    /// <param name="literals">What is to be sent.</param>
    /// <param name="leaning">What they lean on already.</param>
    /// <param name="covered">Windows that are at hand anyhow; those of the literals are added.</param>
    /// <param name="room">Bytes that they may have.</param>
    public List<PrefixPiece> Find(
        ReadOnlySpan<byte> literals,
        HashSet<PrefixPiece> leaning,
        HashSet<uint> covered,
        int room
    )
    {
        var shared = new Dictionary<int, List<uint>>();
        foreach (var window in Sample(literals))
        {
            if (!covered.Add(window) || Holders(window).Any(b => leaning.Contains(_blocks[b])))
            {
                continue;
            }
            foreach (var block in Holders(window))
            {
                (shared.TryGetValue(block, out var windows) ? windows : shared[block] = []).Add(window);
            }
        }
        var found = new List<PrefixPiece>();
        var taken = new HashSet<uint>();
        // What a block shares only shrinks as others are taken: a count that is still the largest when it is made anew is the largest.
        var queue = new PriorityQueue<int, (int, int)>(shared.Select(s => (s.Key, (-s.Value.Count, s.Key))));
        while (queue.TryDequeue(out var block, out var before))
        {
            var count = shared[block].Count(w => !taken.Contains(w));
            if (count < LeastShared)
            {
                continue;
            }
            if (count < -before.Item1)
            {
                queue.Enqueue(block, (-count, block));
                continue;
            }
            if (_blocks[block].Length > room)
            {
                break;
            }
            room -= _blocks[block].Length;
            found.Add(_blocks[block]);
            taken.UnionWith(shared[block]);
        }
        return found;
    }

    /// <summary>Adds the windows of bytes that are at hand anyhow.</summary>
    public void Cover(ReadOnlySpan<byte> bytes, HashSet<uint> covered) => covered.UnionWith(Sample(bytes));

    private IEnumerable<int> Holders(uint window)
    {
        var places = 0;
        for (var i = _newest[window & (_newest.Length - 1)]; i != 0 && places < MostPlaces; i = _samples[i].Older)
        {
            if (_samples[i].Window == window)
            {
                places++;
                yield return _samples[i].Block;
            }
        }
    }

    private HashSet<uint> Sample(ReadOnlySpan<byte> bytes)
    {
        var windows = new HashSet<uint>();
        // What films, pictures and packed things share is long: a quarter of the samples finds it.
        var shift = Entropy.IsHigh(bytes) ? _shift - 2 : _shift;
        uint hash = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            // Of the gear hash's lower half, every bit is made of the last 32 bytes alone.
            hash = (hash << 1) + (uint)FastCdc.Gear[bytes[i]];
            if (hash >> shift == 0)
            {
                windows.Add(hash);
            }
        }
        return windows;
    }
}
