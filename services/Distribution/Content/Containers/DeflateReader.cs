using System.Buffers.Binary;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>
/// Reads the symbols of a raw deflate stream without making its bytes: so it learns where the stream ends (the runtime's inflate does
/// not say), how long it is raw, whether it is sound, and how its encoder chose. Never throws on what it reads. One instance serves
/// many streams.
/// </summary>
internal sealed class DeflateReader
{
    private const int MaxDistance = 32768;
    private const int MaxCodeLength = 15;
    private const int EndOfBlock = 256;
    private const int BufferSize = 16 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly uint[] _firstBlock = new uint[DeflateSymbol.MaxBlock];
    private readonly byte[] _lengths = new byte[DeflateCodes.Literals + 2 + DeflateCodes.Distances + 2];
    private readonly DecodingTable _literals = new(10);
    private readonly DecodingTable _distances = new(8);
    private readonly DecodingTable _codeLengths = new(7);

    private Stream _file = Stream.Null;
    private long _unread;
    private int _next;
    private int _filled;
    private ulong _bits;
    private int _bitCount;
    private long _rawLength;
    private long _maxRawLength;
    private int _firstBlockCount;
    private bool _isFirstBlock;
    private bool _isLastBlock;

    /// <summary>Whether the last stream's first block is coded, and not merely stored.</summary>
    public bool BeginsCoded { get; private set; }

    /// <summary>Whether the last stream's first block is its only one.</summary>
    public bool IsOneBlock { get; private set; }

    /// <summary>Symbols of the last stream's first block; of more than <see cref="DeflateSymbol.MaxBlock"/>, the first so many.</summary>
    public ReadOnlyMemory<uint> FirstBlock => _firstBlock.AsMemory(0, Math.Min(_firstBlockCount, _firstBlock.Length));

    /// <summary>How many symbols the last stream's first block has, its end not counted.</summary>
    public int FirstBlockCount => _firstBlockCount;

    /// <summary>Bytes of the file that the last stream used up, whether it was sound or not.</summary>
    public long Consumed { get; private set; }

    /// <summary>Reads the stream that begins at <paramref name="offset"/>. Null: there is none, it is damaged, or it is too long.</summary>
    public PackedStream? Read(Stream file, long offset, long maxRawLength)
    {
        Begin(file, offset, maxRawLength);
        var sound = true;
        while (sound && !_isLastBlock)
        {
            sound = ReadBlock();
        }
        Consumed = file.Length - offset - _unread - (_filled - _next) - (_bitCount >> 3);
        return sound ? new(offset, Consumed, _rawLength) : null;
    }

    /// <summary>Reads the first block of a stream that is known to be sound.</summary>
    public void ReadFirstBlock(Stream file, long offset)
    {
        Begin(file, offset, long.MaxValue);
        ReadBlock();
    }

    private void Begin(Stream file, long offset, long maxRawLength)
    {
        file.Position = offset;
        _file = file;
        _unread = file.Length - offset;
        _next = _filled = _bitCount = _firstBlockCount = 0;
        _bits = 0;
        _rawLength = 0;
        _maxRawLength = maxRawLength;
        _isFirstBlock = true;
        _isLastBlock = false;
    }

    private bool ReadBlock()
    {
        if (!TryTake(3, out var header))
        {
            return false;
        }
        _isLastBlock = (header & 1) != 0;
        var kind = header >> 1;
        if (_isFirstBlock)
        {
            BeginsCoded = kind != 0;
            IsOneBlock = _isLastBlock;
        }
        var sound = kind switch
        {
            0 => SkipStored(),
            1 => UseFixedCodes() && ReadSymbols(),
            2 => ReadCodes() && ReadSymbols(),
            _ => false,
        };
        _isFirstBlock = false;
        return sound;
    }

    private bool SkipStored()
    {
        _bits >>= _bitCount & 7;
        _bitCount &= ~7;
        if (!TryTake(16, out var length) || !TryTake(16, out var complement) || (length ^ complement) != 0xFFFF)
        {
            return false;
        }
        _rawLength += length;
        if (_rawLength > _maxRawLength)
        {
            return false;
        }
        while (length > 0 && _bitCount > 0)
        {
            _bits >>= 8;
            _bitCount -= 8;
            length--;
        }
        while (length > 0)
        {
            if (_next == _filled && !Fill())
            {
                return false;
            }
            var skipped = Math.Min(length, _filled - _next);
            _next += skipped;
            length -= skipped;
        }
        return true;
    }

    private bool UseFixedCodes() =>
        _literals.Build(DeflateCodes.FixedLiteralLengths) && _distances.Build(DeflateCodes.FixedDistanceLengths);

    private bool ReadCodes()
    {
        if (!TryTake(5, out var literals) || !TryTake(5, out var distances) || !TryTake(4, out var codeLengths))
        {
            return false;
        }
        literals += 257;
        distances += 1;
        codeLengths += 4;
        if (literals > DeflateCodes.Literals || distances > DeflateCodes.Distances)
        {
            return false;
        }
        Span<byte> lengths = _lengths;
        lengths.Clear();
        foreach (var code in DeflateCodes.LengthOrder[..codeLengths])
        {
            if (!TryTake(3, out var length))
            {
                return false;
            }
            lengths[code] = (byte)length;
        }
        if (!_codeLengths.Build(lengths[..DeflateCodes.CodeLengths]))
        {
            return false;
        }
        lengths.Clear();
        for (var n = 0; n < literals + distances; )
        {
            if (!TryDecode(_codeLengths, out var code))
            {
                return false;
            }
            if (code < 16)
            {
                lengths[n++] = (byte)code;
                continue;
            }
            var (bits, least) = code switch
            {
                16 => (2, 3),
                17 => (3, 3),
                _ => (7, 11),
            };
            if (!TryTake(bits, out var count) || (code == 16 && n == 0))
            {
                return false;
            }
            count += least;
            if (n + count > literals + distances)
            {
                return false;
            }
            lengths.Slice(n, count).Fill(code == 16 ? lengths[n - 1] : (byte)0);
            n += count;
        }
        return lengths[EndOfBlock] != 0
            && _literals.Build(lengths[..literals], mayBeSingle: true)
            && _distances.Build(lengths.Slice(literals, distances), mayBeSingle: true);
    }

    private bool ReadSymbols()
    {
        while (true)
        {
            if (!TryDecode(_literals, out var code))
            {
                return false;
            }
            uint symbol;
            if (code < EndOfBlock)
            {
                _rawLength++;
                symbol = DeflateSymbol.Literal((byte)code);
            }
            else if (code == EndOfBlock)
            {
                return true;
            }
            else
            {
                code -= EndOfBlock + 1;
                if (code >= DeflateCodes.LengthBase.Length || !TryTake(DeflateCodes.LengthExtra[code], out var length))
                {
                    return false;
                }
                length += DeflateCodes.LengthBase[code];
                if (
                    !TryDecode(_distances, out code)
                    || code >= DeflateCodes.DistanceBase.Length
                    || !TryTake(DeflateCodes.DistanceExtra[code], out var distance)
                )
                {
                    return false;
                }
                distance += DeflateCodes.DistanceBase[code];
                if (distance > Math.Min(_rawLength, MaxDistance))
                {
                    return false;
                }
                _rawLength += length;
                symbol = DeflateSymbol.Match(distance, length);
            }
            if (_rawLength > _maxRawLength)
            {
                return false;
            }
            if (_isFirstBlock)
            {
                if (_firstBlockCount < _firstBlock.Length)
                {
                    _firstBlock[_firstBlockCount] = symbol;
                }
                _firstBlockCount++;
            }
        }
    }

    private bool TryTake(int count, out int value)
    {
        while (_bitCount < count)
        {
            if (!Refill())
            {
                value = 0;
                return false;
            }
        }
        value = (int)(_bits & ((1UL << count) - 1));
        _bits >>= count;
        _bitCount -= count;
        return true;
    }

    private bool TryDecode(DecodingTable table, out int symbol)
    {
        // At the end of the file fewer bits than the longest code may be left, and be enough.
        while (_bitCount < MaxCodeLength && Refill()) { }
        (symbol, var length) = table.Find((uint)_bits);
        if (length == 0 || length > _bitCount)
        {
            return false;
        }
        _bits >>= length;
        _bitCount -= length;
        return true;
    }

    private bool Refill()
    {
        if (_filled - _next >= sizeof(ulong))
        {
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(_next)) << _bitCount;
            var bytes = (63 - _bitCount) >> 3;
            _next += bytes;
            _bitCount += bytes * 8;
            // The bits above are read again with the next word.
            _bits &= (1UL << _bitCount) - 1;
            return true;
        }
        if (_next == _filled && !Fill())
        {
            return false;
        }
        _bits |= (ulong)_buffer[_next++] << _bitCount;
        _bitCount += 8;
        return true;
    }

    private bool Fill()
    {
        _next = 0;
        _filled = _unread > 0 ? _file.Read(_buffer, 0, (int)Math.Min(_unread, _buffer.Length)) : 0;
        _unread -= _filled;
        return _filled > 0;
    }

    /// <summary>Finds a symbol by the bits that begin with its code.</summary>
    private sealed class DecodingTable(int quickBits)
    {
        // Symbol above its code's length; 0 where no code of at most quickBits begins so.
        private readonly ushort[] _quick = new ushort[1 << quickBits];
        private readonly int[] _counts = new int[MaxCodeLength + 1];
        private readonly ushort[] _sorted = new ushort[DeflateCodes.Literals + 2];
        private readonly uint[] _codes = new uint[DeflateCodes.Literals + 2];

        /// <summary>False when the lengths are no code: too many of them, or too few (but for one that stands alone).</summary>
        public bool Build(ReadOnlySpan<byte> lengths, bool mayBeSingle = false)
        {
            Array.Clear(_counts);
            foreach (var length in lengths)
            {
                _counts[length]++;
            }
            _counts[0] = 0;
            var free = 1;
            Span<int> place = stackalloc int[MaxCodeLength + 2];
            place[1] = 0;
            for (var bits = 1; bits <= MaxCodeLength; bits++)
            {
                free = (free << 1) - _counts[bits];
                if (free < 0)
                {
                    return false;
                }
                place[bits + 1] = place[bits] + _counts[bits];
            }
            var used = place[MaxCodeLength + 1];
            if (free > 0 && !(mayBeSingle && (used == 0 || (used == 1 && _counts[1] == 1))))
            {
                return false;
            }
            Array.Clear(_quick);
            DeflateCodes.FillCodes(lengths, _codes);
            for (var n = 0; n < lengths.Length; n++)
            {
                int length = lengths[n];
                if (length == 0)
                {
                    continue;
                }
                _sorted[place[length]++] = (ushort)n;
                for (var at = (int)(_codes[n] & 0xFFFF); length <= quickBits && at < _quick.Length; at += 1 << length)
                {
                    _quick[at] = (ushort)((n << 4) | length);
                }
            }
            return true;
        }

        /// <summary>The symbol and its code's length; length 0: the bits begin with no code.</summary>
        public (int Symbol, int Length) Find(uint bits)
        {
            var entry = _quick[bits & (uint)(_quick.Length - 1)];
            if (entry != 0)
            {
                return (entry >> 4, entry & 0xF);
            }
            // Bit by bit: the codes of one length follow each other.
            var code = 0;
            var first = 0;
            var index = 0;
            for (var length = 1; length <= MaxCodeLength; length++)
            {
                code |= (int)(bits & 1);
                bits >>= 1;
                var count = _counts[length];
                if (code - first < count)
                {
                    return (_sorted[index + code - first], length);
                }
                index += count;
                first = (first + count) << 1;
                code <<= 1;
            }
            return (0, 0);
        }
    }
}
