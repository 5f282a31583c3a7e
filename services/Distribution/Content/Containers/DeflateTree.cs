namespace LaiChau.Distribution.Content.Containers;

/// <summary>
/// One of a block's three Huffman codes, built as zlib builds it: where several trees are as good, its order of the heap and its way
/// with codes that grow too long decide which.
/// </summary>
internal sealed class DeflateTree
{
    /// <summary>What an alphabet is like.</summary>
    /// <param name="Size">Symbols.</param>
    /// <param name="MaxLength">Most bits of a code.</param>
    /// <param name="Extra">Bits that follow the codes from <paramref name="ExtraBase"/> on.</param>
    /// <param name="ExtraBase">First symbol that has some.</param>
    /// <param name="Fixed">Lengths of the fixed code, where there is one.</param>
    public sealed record Shape(int Size, int MaxLength, byte[] Extra, int ExtraBase, byte[] Fixed);

    public static readonly Shape LiteralShape = new(
        DeflateCodes.Literals,
        15,
        DeflateCodes.LengthExtra,
        257,
        DeflateCodes.FixedLiteralLengths
    );

    public static readonly Shape DistanceShape = new(
        DeflateCodes.Distances,
        15,
        DeflateCodes.DistanceExtra,
        0,
        DeflateCodes.FixedDistanceLengths
    );

    public static readonly Shape CodeLengthShape = new(
        DeflateCodes.CodeLengths,
        7,
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7],
        0,
        DeflateCodes.NoExtra
    );

    private readonly Shape _shape;
    private readonly int[] _parents;
    private readonly byte[] _depths;
    private readonly byte[] _nodeLengths;
    private readonly int[] _heap;
    private int _heapLength;

    public DeflateTree(Shape shape)
    {
        _shape = shape;
        var nodes = (2 * shape.Size) + 1;
        Frequencies = new ushort[nodes];
        Codes = new uint[shape.Size];
        _nodeLengths = new byte[nodes];
        _parents = new int[nodes];
        _depths = new byte[nodes];
        _heap = new int[nodes];
    }

    /// <summary>How often each symbol comes.</summary>
    public ushort[] Frequencies { get; }

    /// <summary>Bits and length of each symbol's code, after <see cref="Build"/>.</summary>
    public uint[] Codes { get; }

    /// <summary>Bits of each symbol's code, after <see cref="Build"/>.</summary>
    public ReadOnlySpan<byte> Lengths => _nodeLengths.AsSpan(0, _shape.Size);

    /// <summary>The last symbol that has a code.</summary>
    public int MaxCode { get; private set; }

    public void Restart() => Array.Clear(Frequencies, 0, _shape.Size);

    /// <summary>Builds the code. Returns what the counted symbols take in it, and in the fixed code, in bits.</summary>
    public (long Bits, long FixedBits) Build()
    {
        _heapLength = 0;
        MaxCode = -1;
        Array.Clear(_nodeLengths);
        for (var n = 0; n < _shape.Size; n++)
        {
            if (Frequencies[n] != 0)
            {
                _heap[++_heapLength] = MaxCode = n;
                _depths[n] = 0;
            }
        }
        // There are at least two codes, of which one may be of no use; what that costs is not counted.
        long bits = 0;
        long fixedBits = 0;
        while (_heapLength < 2)
        {
            var node = MaxCode < 2 ? ++MaxCode : 0;
            _heap[++_heapLength] = node;
            Frequencies[node] = 1;
            _depths[node] = 0;
            bits--;
            fixedBits -= _shape.Fixed[node];
        }
        for (var n = _heapLength / 2; n >= 1; n--)
        {
            Sink(n);
        }
        var end = Join();
        var (ownBits, ownFixedBits) = Measure(end);
        DeflateCodes.FillCodes(_nodeLengths.AsSpan(0, MaxCode + 1), Codes);
        return (bits + ownBits, fixedBits + ownFixedBits);
    }

    // Makes a tree of the heap: the two rarest become one node, again and again. The upper end of the array then holds all nodes, the
    // most frequent first; where it begins is returned.
    private int Join()
    {
        var top = _heap.Length;
        var node = _shape.Size;
        do
        {
            var rarest = _heap[1];
            _heap[1] = _heap[_heapLength--];
            Sink(1);
            var second = _heap[1];
            _heap[--top] = rarest;
            _heap[--top] = second;
            Frequencies[node] = (ushort)(Frequencies[rarest] + Frequencies[second]);
            _depths[node] = (byte)(Math.Max(_depths[rarest], _depths[second]) + 1);
            _parents[rarest] = _parents[second] = node;
            _heap[1] = node++;
            Sink(1);
        } while (_heapLength >= 2);
        _heap[--top] = _heap[1];
        return top;
    }

    private (long Bits, long FixedBits) Measure(int top)
    {
        Span<int> counts = stackalloc int[16];
        counts.Clear();
        long bits = 0;
        long fixedBits = 0;
        var overflow = 0;
        _nodeLengths[_heap[top]] = 0;
        for (var h = top + 1; h < _heap.Length; h++)
        {
            var n = _heap[h];
            var length = _nodeLengths[_parents[n]] + 1;
            if (length > _shape.MaxLength)
            {
                length = _shape.MaxLength;
                overflow++;
            }
            _nodeLengths[n] = (byte)length;
            if (n > MaxCode)
            {
                continue;
            }
            counts[length]++;
            var extra = n >= _shape.ExtraBase ? _shape.Extra[n - _shape.ExtraBase] : 0;
            bits += (long)Frequencies[n] * (length + extra);
            fixedBits += (long)Frequencies[n] * (_shape.Fixed[n] + extra);
        }
        return (bits + Shorten(counts, overflow), fixedBits);
    }

    // Where codes were cut to the longest allowed, others have to grow: how many of each length there are is put right, and the
    // lengths are dealt out again, the longest to the rarest. Returns how many bits the symbols grow by.
    private long Shorten(Span<int> counts, int overflow)
    {
        if (overflow == 0)
        {
            return 0;
        }
        for (; overflow > 0; overflow -= 2)
        {
            var length = _shape.MaxLength - 1;
            while (counts[length] == 0)
            {
                length--;
            }
            counts[length]--;
            counts[length + 1] += 2;
            counts[_shape.MaxLength]--;
        }
        long bits = 0;
        var h = _heap.Length;
        for (var length = _shape.MaxLength; length != 0; length--)
        {
            for (var left = counts[length]; left != 0; )
            {
                var n = _heap[--h];
                if (n > MaxCode)
                {
                    continue;
                }
                bits += (long)(length - _nodeLengths[n]) * Frequencies[n];
                _nodeLengths[n] = (byte)length;
                left--;
            }
        }
        return bits;
    }

    private void Sink(int at)
    {
        var node = _heap[at];
        for (var child = at * 2; child <= _heapLength; child *= 2)
        {
            if (child < _heapLength && IsRarer(_heap[child + 1], _heap[child]))
            {
                child++;
            }
            if (IsRarer(node, _heap[child]))
            {
                break;
            }
            _heap[at] = _heap[child];
            at = child;
        }
        _heap[at] = node;
    }

    private bool IsRarer(int a, int b) =>
        Frequencies[a] < Frequencies[b] || (Frequencies[a] == Frequencies[b] && _depths[a] <= _depths[b]);
}
