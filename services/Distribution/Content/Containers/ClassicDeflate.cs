using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>
/// The deflate encoder of zlib (1.2 and 1.3 make the same bytes) and of its elders gzip and Info-ZIP: written anew after the
/// algorithm of Jean-loup Gailly and Mark Adler, whose every choice it has to repeat, for a stream is rebuilt bit for bit or not at
/// all. The runtime's own deflate is zlib-ng, which makes other bytes; other managed ports keep memLevel and window to themselves.
/// One instance serves many streams, one after the other. Memory: about 0.6 MiB whatever the length of a stream.
/// </summary>
/// <remarks>What a producer's own buffering could change (a flush in the middle) is not repeated: such a stream has no recipe.</remarks>
internal sealed class ClassicDeflate
{
    private const int MinMatch = 3;
    private const int MaxMatch = 258;
    private const int MinLookahead = MaxMatch + MinMatch + 1;
    private const int TooFar = 4096;

    // (good, lazy, nice, chain) of each level.
    private static readonly (int Good, int Lazy, int Nice, int Chain)[] Levels =
    [
        default,
        (4, 4, 8, 4),
        (4, 5, 16, 8),
        (4, 6, 32, 32),
        (4, 4, 16, 16),
        (8, 16, 32, 32),
        (8, 16, 128, 128),
        (8, 32, 128, 256),
        (32, 128, 258, 1024),
        (32, 258, 258, 4096),
    ];

    // Read in words: some room has to follow the last.
    private readonly byte[] _window = new byte[(2 * 32768) + sizeof(ulong)];
    private readonly ushort[] _previous = new ushort[32768];
    private readonly ushort[] _head = new ushort[65536];
    private readonly DeflateBlock _block = new();

    private Stream _raw = Stream.Null;
    private long _rawLeft;
    private DeflateRecipe _recipe;
    private int _windowSize;
    private int _maxDistance;
    private int _hashMask;
    private int _hashShift;
    private bool _hashesWords;
    private int _goodLength;
    private int _lazyLength;
    private int _niceLength;
    private int _chainLength;

    private int _hash;
    private int _start;
    private int _blockStart;
    private int _matchStart;
    private int _matchLength;
    private int _lookahead;
    private bool _literalPending;
    private bool _endSeen;
    private bool _ended;

    // What the first block has to consist of; see Expect.
    private ReadOnlyMemory<uint> _expected;

    /// <summary>Begins a stream of the next <paramref name="rawLength"/> bytes of <paramref name="raw"/>, which are read as they are needed.</summary>
    public void Begin(DeflateRecipe recipe, Stream raw, long rawLength)
    {
        _raw = raw;
        _rawLeft = rawLength;
        _recipe = recipe;
        _windowSize = 1 << recipe.WindowBits;
        _maxDistance = _windowSize - MinLookahead;
        _hashesWords = recipe.Variant == DeflateVariant.Chromium;
        var hashBits = _hashesWords ? Math.Max(15, recipe.MemoryLevel + 7) : recipe.MemoryLevel + 7;
        _hashMask = (1 << hashBits) - 1;
        _hashShift = (hashBits + MinMatch - 1) / MinMatch;
        (_goodLength, _lazyLength, _niceLength, _chainLength) = Levels[recipe.Level];
        Array.Clear(_head, 0, _hashMask + 1);
        // gzip and Chromium look past the end of their input, where a fresh window is zero.
        Array.Clear(_window);
        _hash = 0;
        _start = _blockStart = _matchStart = _lookahead = 0;
        _matchLength = MinMatch - 1;
        _literalPending = _endSeen = _ended = false;
        _expected = default;
        _block.Begin(recipe);
    }

    /// <summary>
    /// Says what the first symbols of the stream have to be (see <see cref="DeflateSymbol"/>): at the first that differs
    /// <see cref="Next"/> returns false, long before the first block is written.
    /// </summary>
    public void Expect(ReadOnlyMemory<uint> symbols) => _expected = symbols;

    /// <summary>Gives the packed bytes of the next block; false after the last, and when the symbols are not the expected ones.</summary>
    /// <exception cref="EndOfStreamException">There are fewer raw bytes than were announced.</exception>
    public bool Next(out ReadOnlySpan<byte> packed)
    {
        packed = default;
        if (_ended)
        {
            return false;
        }
        _block.Restart(_expected.Span);
        _expected = default;
        if (_recipe.Level <= 3)
        {
            FillGreedily();
        }
        else
        {
            FillLazily();
        }
        _ended |= _block.Diverged;
        packed = _block.Written;
        return !_block.Diverged;
    }

    // Levels 1 to 3: the first match is taken.
    private void FillGreedily()
    {
        while (true)
        {
            if (_lookahead < MinLookahead)
            {
                FillWindow();
                if (_lookahead == 0)
                {
                    WriteEnd();
                    return;
                }
            }
            var candidate = _lookahead >= MinMatch ? Insert(_start) : 0;
            if (candidate != 0 && IsInReach(candidate))
            {
                _matchLength = LongestMatch(candidate, MinMatch - 1);
            }
            bool full;
            if (_matchLength >= MinMatch)
            {
                full = _block.AddMatch(_start - _matchStart, _matchLength, _start - _blockStart);
                _lookahead -= _matchLength;
                if (_matchLength <= _lazyLength && _lookahead >= MinMatch)
                {
                    while (--_matchLength != 0)
                    {
                        Insert(++_start);
                    }
                    _start++;
                }
                else
                {
                    _start += _matchLength;
                    _matchLength = 0;
                    BeginHash(_start);
                }
            }
            else
            {
                full = _block.AddLiteral(_window[_start], _start - _blockStart);
                _lookahead--;
                _start++;
            }
            if (full)
            {
                WriteBlock(last: false);
                return;
            }
        }
    }

    // Levels 4 to 9: a match is taken when the one that begins a byte later is no longer.
    private void FillLazily()
    {
        while (true)
        {
            if (_lookahead < MinLookahead)
            {
                FillWindow();
                if (_lookahead == 0)
                {
                    if (_literalPending)
                    {
                        _block.AddLiteral(_window[_start - 1], _start - _blockStart);
                        _literalPending = false;
                    }
                    WriteEnd();
                    return;
                }
            }
            var candidate = _lookahead >= MinMatch ? Insert(_start) : 0;
            var previousLength = _matchLength;
            var previousMatch = _matchStart;
            _matchLength = MinMatch - 1;
            if (candidate != 0 && previousLength < _lazyLength && IsInReach(candidate))
            {
                _matchLength = LongestMatch(candidate, previousLength);
                if (IsTooPoor(_matchLength))
                {
                    _matchLength = MinMatch - 1;
                }
            }
            var full = false;
            if (previousLength >= MinMatch && _matchLength <= previousLength)
            {
                var lastInsert = _start + _lookahead - MinMatch;
                full = _block.AddMatch(_start - 1 - previousMatch, previousLength, _start - _blockStart);
                _lookahead -= previousLength - 1;
                for (var left = previousLength - 2; left != 0; left--)
                {
                    if (++_start <= lastInsert)
                    {
                        Insert(_start);
                    }
                }
                _literalPending = false;
                _matchLength = MinMatch - 1;
                _start++;
                if (full)
                {
                    WriteBlock(last: false);
                    return;
                }
                continue;
            }
            if (_literalPending)
            {
                full = _block.AddLiteral(_window[_start - 1], _start - _blockStart);
                if (full)
                {
                    // Before the step: the byte under the cursor belongs to the next block.
                    WriteBlock(last: false);
                }
            }
            _literalPending = true;
            _start++;
            _lookahead--;
            if (full)
            {
                return;
            }
        }
    }

    // The second says no only after gzip has seen the end and the window no longer moves.
    private bool IsInReach(int candidate) =>
        _start - candidate <= _maxDistance && _start <= (2 * _windowSize) - MinLookahead;

    private bool IsTooPoor(int length) =>
        length <= 5
        && (_recipe.Variant == DeflateVariant.Filtered || (length == MinMatch && _start - _matchStart > TooFar));

    private void WriteBlock(bool last)
    {
        var length = _start - _blockStart;
        // A block whose beginning has left the window cannot be stored.
        _block.Write(_blockStart >= 0 ? _window.AsSpan(_blockStart, length) : default, length, last);
        _blockStart = _start;
        _ended = last;
    }

    private void WriteEnd()
    {
        if (_recipe.Ending != DeflateEnding.Plain)
        {
            if (!_block.IsEmpty)
            {
                WriteBlock(last: false);
            }
            _block.WriteFlush(_recipe.Ending);
        }
        WriteBlock(last: true);
    }

    private void BeginHash(int at)
    {
        _hash = _window[at];
        UpdateHash(_window[at + 1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void UpdateHash(byte value) => _hash = ((_hash << _hashShift) ^ value) & _hashMask;

    /// <summary>Enters the string at <paramref name="at"/> and returns where one with its hash stood last; 0 where none did.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Insert(int at)
    {
        if (_hashesWords)
        {
            var word = Unsafe.ReadUnaligned<uint>(ref _window[at]);
            _hash = (int)(((word * 66521) + 66521) >> 16) & _hashMask;
        }
        else
        {
            UpdateHash(_window[at + MinMatch - 1]);
        }
        ref var head = ref _head[_hash];
        var candidate = head;
        _previous[at & (_windowSize - 1)] = candidate;
        head = (ushort)at;
        return candidate;
    }

    // Brings in all the input that fits, and makes room first where half of the window lies out of reach.
    private void FillWindow()
    {
        if (_endSeen)
        {
            return;
        }
        do
        {
            var room = (2 * _windowSize) - _lookahead - _start;
            if (_start >= _windowSize + _maxDistance)
            {
                _window.AsSpan(_windowSize, _windowSize).CopyTo(_window);
                _matchStart -= _windowSize;
                _start -= _windowSize;
                _blockStart -= _windowSize;
                SlideHash(_head.AsSpan(0, _hashMask + 1));
                SlideHash(_previous.AsSpan(0, _windowSize));
                room += _windowSize;
            }
            if (_rawLeft == 0)
            {
                if (_recipe.Variant == DeflateVariant.Gzip)
                {
                    // It moves nothing any more, and looks past the end: at two zeros, and at what stood in the window before.
                    _endSeen = true;
                    _window.AsSpan(_start + _lookahead, MinMatch - 1).Clear();
                }
                return;
            }
            var isFirst = _start + _lookahead == 0;
            var count = (int)Math.Min(room, _rawLeft);
            _raw.ReadExactly(_window, _start + _lookahead, count);
            _rawLeft -= count;
            _lookahead += count;
            if (isFirst)
            {
                BeginHash(0);
            }
        } while (_lookahead < MinLookahead && _rawLeft > 0);
    }

    private void SlideHash(Span<ushort> table)
    {
        var size = new Vector<ushort>((ushort)_windowSize);
        foreach (ref var entries in MemoryMarshal.Cast<ushort, Vector<ushort>>(table))
        {
            entries = Vector.SubtractSaturate(entries, size);
        }
    }

    private int LongestMatch(int candidate, int bestLength)
    {
        ref var window = ref MemoryMarshal.GetArrayDataReference(_window);
        ref var previous = ref MemoryMarshal.GetArrayDataReference(_previous);
        ref var scan = ref Unsafe.Add(ref window, _start);
        var mask = _windowSize - 1;
        var limit = Math.Max(0, _start - _maxDistance);
        var chain = bestLength >= _goodLength ? _chainLength >> 2 : _chainLength;
        // gzip looks for more than is left, and cuts what it finds.
        var nice = _recipe.Variant == DeflateVariant.Gzip ? _niceLength : Math.Min(_niceLength, _lookahead);
        var begin = Unsafe.ReadUnaligned<ushort>(ref scan);
        var end = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref scan, bestLength - 1));
        do
        {
            ref var match = ref Unsafe.Add(ref window, candidate);
            if (
                Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref match, bestLength - 1)) == end
                && Unsafe.ReadUnaligned<ushort>(ref match) == begin
            )
            {
                var length = CommonLength(ref scan, ref match);
                if (length > bestLength)
                {
                    _matchStart = candidate;
                    bestLength = length;
                    if (length >= nice)
                    {
                        break;
                    }
                    end = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref scan, bestLength - 1));
                }
            }
            candidate = Unsafe.Add(ref previous, candidate & mask);
        } while (candidate > limit && --chain != 0);
        return Math.Min(bestLength, _lookahead);
    }

    // At most MaxMatch; both lie at least that far before the end of the window.
    private static int CommonLength(ref byte a, ref byte b)
    {
        for (var length = 0; length < MaxMatch; length += sizeof(ulong))
        {
            var difference =
                Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref a, length))
                ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref b, length));
            if (difference != 0)
            {
                return Math.Min(MaxMatch, length + (BitOperations.TrailingZeroCount(difference) >> 3));
            }
        }
        return MaxMatch;
    }
}
