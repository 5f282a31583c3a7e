using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>A literal, or a match, of a deflate stream in one word: the distance (0: a literal) above the byte or the length.</summary>
internal static class DeflateSymbol
{
    public const int MaxBlock = 32768;

    public static uint Literal(byte value) => value;

    public static uint Match(int distance, int length) => ((uint)distance << 9) | (uint)length;

    /// <summary>Raw bytes that it makes.</summary>
    public static int LengthOf(uint symbol) => DistanceOf(symbol) == 0 ? 1 : ValueOf(symbol);

    public static int DistanceOf(uint symbol) => (int)(symbol >> 9);

    public static int ValueOf(uint symbol) => (int)(symbol & 0x1FF);
}

/// <summary>The block that an encoder fills, and the bits of the stream so far that make no whole byte yet.</summary>
internal sealed class DeflateBlock
{
    private const int EndOfBlock = 256;
    private const int MaxStored = 65535;

    // Symbols between two looks at whether to end the block here.
    private const int GzipLook = 0xFFF;
    private const int GzipMemoryLevel = 9;

    // The longest code there is for a symbol: 15 + 5 bits of length, 15 + 13 of distance.
    private readonly byte[] _output = new byte[(DeflateSymbol.MaxBlock * 6) + 1024];
    private readonly uint[] _symbols = new uint[DeflateSymbol.MaxBlock];
    private readonly DeflateTree _literals = new(DeflateTree.LiteralShape);
    private readonly DeflateTree _distances = new(DeflateTree.DistanceShape);
    private readonly DeflateTree _lengths = new(DeflateTree.CodeLengthShape);

    private DeflateRecipe _recipe;
    private int _count;
    private int _limit;
    private int _matches;
    private int _written;
    private ulong _bits;
    private int _bitCount;
    private int _expectedCount;

    /// <summary>Whether a symbol came that was not the expected one.</summary>
    public bool Diverged { get; private set; }

    /// <summary>Whether the block has no symbols yet.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The bytes completed since the last <see cref="Restart"/>.</summary>
    public ReadOnlySpan<byte> Written => _output.AsSpan(0, _written);

    /// <summary>Whether an encoder of this recipe may have ended a block after so many symbols.</summary>
    public static bool MayEndAfter(int symbols, bool isLast, DeflateRecipe recipe) =>
        isLast || recipe.Ending != DeflateEnding.Plain
            ? symbols <= LimitOf(recipe)
            : symbols == LimitOf(recipe) || (recipe.IsOfGzip && (symbols & GzipLook) == 0);

    private static int LimitOf(DeflateRecipe recipe) =>
        (1 << ((recipe.IsOfGzip ? GzipMemoryLevel : recipe.MemoryLevel) + 6)) - 1;

    /// <summary>Begins a stream.</summary>
    public void Begin(DeflateRecipe recipe)
    {
        _recipe = recipe;
        _limit = LimitOf(recipe);
        _bits = 0;
        _bitCount = 0;
    }

    /// <summary>Begins a block that has to start with <paramref name="expected"/>.</summary>
    public void Restart(ReadOnlySpan<uint> expected)
    {
        Clear();
        _written = 0;
        Diverged = false;
        // The symbols stand where they will be overwritten: each is compared with what it replaces.
        _expectedCount = Math.Min(expected.Length, _limit);
        expected[.._expectedCount].CopyTo(_symbols);
    }

    /// <summary>Adds a literal; true when the block ends here. <paramref name="rawLength"/>: what the encoder has passed in this block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AddLiteral(byte value, int rawLength)
    {
        _literals.Frequencies[value]++;
        return Add(DeflateSymbol.Literal(value), rawLength);
    }

    /// <summary>Adds a match; true when the block ends here.</summary>
    public bool AddMatch(int distance, int length, int rawLength)
    {
        _matches++;
        _literals.Frequencies[DeflateCodes.OfLength(length)]++;
        _distances.Frequencies[DeflateCodes.OfDistance(distance)]++;
        return Add(DeflateSymbol.Match(distance, length), rawLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Add(uint symbol, int rawLength)
    {
        if (_count < _expectedCount && _symbols[_count] != symbol)
        {
            Diverged = true;
            return true;
        }
        _symbols[_count++] = symbol;
        return _count == _limit || ((_count & GzipLook) == 0 && IsProfitable(rawLength));
    }

    // gzip's guess whether to stop here: few matches, and less than half of the size so far.
    private bool IsProfitable(int rawLength)
    {
        if (!_recipe.IsOfGzip || _recipe.Level <= 2)
        {
            return false;
        }
        var bits = _count * 8L;
        for (var code = 0; code < DeflateCodes.Distances; code++)
        {
            bits += _distances.Frequencies[code] * (5L + DeflateCodes.DistanceExtra[code]);
        }
        return _matches < _count / 2 && bits >> 3 < rawLength / 2;
    }

    /// <summary>Writes the block in whichever of the three forms is the smallest.</summary>
    /// <param name="raw">The block's bytes; empty when the window has lost them.</param>
    /// <param name="rawLength">How many they are or were.</param>
    /// <param name="last">Whether the stream ends with it.</param>
    public void Write(ReadOnlySpan<byte> raw, int rawLength, bool last)
    {
        if (Diverged)
        {
            return;
        }
        var (literalBits, literalFixedBits) = _literals.Build();
        var (distanceBits, distanceFixedBits) = _distances.Build();
        _lengths.Restart();
        ScanLengths(_literals, write: false);
        ScanLengths(_distances, write: false);
        var (lengthBits, _) = _lengths.Build();
        var lengthCodes = DeflateCodes.LengthOrder.Length;
        while (lengthCodes > 4 && _lengths.Lengths[DeflateCodes.LengthOrder[lengthCodes - 1]] == 0)
        {
            lengthCodes--;
        }
        var fixedSize = BlockSize(literalFixedBits + distanceFixedBits);
        var size = BlockSize(literalBits + distanceBits + lengthBits + (3L * lengthCodes) + 5 + 5 + 4);
        if (fixedSize <= size || _recipe.Variant == DeflateVariant.Fixed)
        {
            size = fixedSize;
        }
        if (rawLength + 4 <= size && raw.Length == rawLength && rawLength <= MaxStored)
        {
            WriteStored(raw, last);
        }
        else if (fixedSize == size)
        {
            PutBits((1 << 1) | (last ? 1u : 0), 3);
            WriteSymbols(DeflateCodes.FixedLiterals, DeflateCodes.FixedDistances);
        }
        else
        {
            PutBits((2 << 1) | (last ? 1u : 0), 3);
            PutBits((uint)_literals.MaxCode + 1 - 257, 5);
            PutBits((uint)_distances.MaxCode + 1 - 1, 5);
            PutBits((uint)lengthCodes - 4, 4);
            foreach (var code in DeflateCodes.LengthOrder[..lengthCodes])
            {
                PutBits(_lengths.Lengths[code], 3);
            }
            ScanLengths(_literals, write: true);
            ScanLengths(_distances, write: true);
            WriteSymbols(_literals.Codes, _distances.Codes);
        }
        if (last)
        {
            Align();
        }
        WriteWholeBytes();
    }

    /// <summary>Writes what a flush leaves behind: an empty block. Another block follows.</summary>
    public void WriteFlush(DeflateEnding ending)
    {
        if (ending == DeflateEnding.SyncFlush)
        {
            WriteStored([], last: false);
        }
        else
        {
            PutBits(1 << 1, 3);
            PutCode(DeflateCodes.FixedLiterals[EndOfBlock]);
        }
        Clear();
    }

    private void Clear()
    {
        _count = _matches = _expectedCount = 0;
        _literals.Restart();
        _distances.Restart();
        _literals.Frequencies[EndOfBlock] = 1;
    }

    private static long BlockSize(long bits) => (bits + 3 + 7) >> 3;

    private void WriteStored(ReadOnlySpan<byte> raw, bool last)
    {
        PutBits(last ? 1u : 0, 3);
        Align();
        BinaryPrimitives.WriteUInt16LittleEndian(_output.AsSpan(_written), (ushort)raw.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(_output.AsSpan(_written + 2), (ushort)~raw.Length);
        raw.CopyTo(_output.AsSpan(_written + 4));
        _written += 4 + raw.Length;
    }

    // A code here is its bits and, above them, its length: one look gives both.
    private void WriteSymbols(uint[] literals, uint[] distances)
    {
        foreach (var symbol in _symbols.AsSpan(0, _count))
        {
            var value = DeflateSymbol.ValueOf(symbol);
            var distance = DeflateSymbol.DistanceOf(symbol);
            if (distance == 0)
            {
                PutCode(literals[value]);
                continue;
            }
            var code = DeflateCodes.OfLength(value);
            PutCode(literals[code]);
            PutBits((uint)(value - DeflateCodes.LengthBase[code - 257]), DeflateCodes.LengthExtra[code - 257]);
            code = DeflateCodes.OfDistance(distance);
            PutCode(distances[code]);
            PutBits((uint)(distance - DeflateCodes.DistanceBase[code]), DeflateCodes.DistanceExtra[code]);
        }
        PutCode(literals[EndOfBlock]);
    }

    // Runs through the code lengths of a tree as they will be sent: counts the codes of code lengths, or writes them.
    private void ScanLengths(DeflateTree tree, bool write)
    {
        const int repeat = 16;
        const int zeros = 17;
        const int manyZeros = 18;
        var previous = -1;
        var next = (int)tree.Lengths[0];
        var count = 0;
        var (max, min) = next == 0 ? (138, 3) : (7, 4);
        for (var n = 0; n <= tree.MaxCode; n++)
        {
            var current = next;
            // One past the last is a guard that equals nothing.
            next = n < tree.MaxCode ? tree.Lengths[n + 1] : -1;
            if (++count < max && current == next)
            {
                continue;
            }
            if (count < min)
            {
                for (; count > 0; count--)
                {
                    Send(current, 0, 0);
                }
            }
            else if (current != 0)
            {
                if (current != previous)
                {
                    Send(current, 0, 0);
                    count--;
                }
                Send(repeat, count - 3, 2);
            }
            else if (count <= 10)
            {
                Send(zeros, count - 3, 3);
            }
            else
            {
                Send(manyZeros, count - 11, 7);
            }
            count = 0;
            previous = current;
            (max, min) = next switch
            {
                0 => (138, 3),
                _ when current == next => (6, 3),
                _ => (7, 4),
            };
        }

        void Send(int code, int extra, int extraBits)
        {
            if (!write)
            {
                _lengths.Frequencies[code]++;
                return;
            }
            PutCode(_lengths.Codes[code]);
            PutBits((uint)extra, extraBits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutCode(uint code) => PutBits(code & 0xFFFF, (int)(code >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutBits(uint value, int count)
    {
        _bits |= (ulong)value << _bitCount;
        _bitCount += count;
        if (_bitCount >= 32)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_output.AsSpan(_written), (uint)_bits);
            _written += 4;
            _bits >>= 32;
            _bitCount -= 32;
        }
    }

    private void WriteWholeBytes()
    {
        for (; _bitCount >= 8; _bitCount -= 8)
        {
            _output[_written++] = (byte)_bits;
            _bits >>= 8;
        }
    }

    private void Align()
    {
        _bitCount = (_bitCount + 7) & ~7;
        WriteWholeBytes();
    }
}
