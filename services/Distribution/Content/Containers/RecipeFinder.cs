using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>
/// Finds how a stream was packed. The symbols of its first block tell most recipes apart within some hundred bytes; what is left is
/// packed and compared. The publisher's side only. Memory: about 1 MiB whatever the length of a stream.
/// </summary>
internal sealed class RecipeFinder
{
    // Raw bytes that recipes are sifted by. As many as the encoder's window takes in at once.
    private const int HeadSize = 64 * 1024;

    // What the end of the head hides from the encoder: a longest match after a longest match, and what has to follow it.
    private const int HeadMargin = 1024;

    // How many right bytes may be packed in vain: so many times the stream, and some.
    private const int Patience = 3;
    private const int LeastPatience = 1024 * 1024;

    // The likeliest first; of those that make the same bytes the first is taken.
    private static readonly byte[] Levels = [6, 9, 1, 5, 4, 7, 8, 3, 2];

    private static readonly (DeflateVariant Variant, byte MemoryLevel)[] Variants =
    [
        (DeflateVariant.Zlib, 8),
        (DeflateVariant.InfoZip, 8),
        (DeflateVariant.Gzip, 8),
        (DeflateVariant.Zlib, 9),
        (DeflateVariant.Chromium, 8),
        (DeflateVariant.Filtered, 8),
        (DeflateVariant.Filtered, 9),
        (DeflateVariant.Fixed, 8),
        (DeflateVariant.Zlib, 5),
    ];

    private readonly DeflateReader _reader = new();
    private readonly ClassicDeflate _deflate = new();
    private readonly byte[] _head = new byte[HeadSize];
    private readonly byte[] _packed = new byte[16 * 1024];
    private DeflateRecipe _last = new(Levels[0]);

    /// <summary>The recipe that makes exactly the stream's bytes; null when none of the known does. Reads the file to and fro.</summary>
    public DeflateRecipe? Find(Stream file, PackedStream stream)
    {
        _reader.ReadFirstBlock(file, stream.Offset);
        if (!_reader.BeginsCoded)
        {
            return null;
        }
        var headLength = (int)Math.Min(stream.RawLength, HeadSize);
        try
        {
            using var raw = Inflate(file, stream);
            raw.ReadExactly(_head, 0, headLength);
            return Find(file, stream, headLength);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // The runtime's inflate is stricter than the reader, or the file is changing.
            return null;
        }
    }

    private DeflateRecipe? Find(Stream file, PackedStream stream, int headLength)
    {
        var isWhole = headLength == stream.RawLength;
        var symbols = isWhole ? _reader.FirstBlock : SymbolsOf(headLength - HeadMargin);
        var patience = LeastPatience + (Patience * stream.PackedLength);
        var candidates = Candidates(WindowBitsOf(file, stream), EndingOf(file, stream));
        foreach (var recipe in candidates.Where(MayMakeFirstBlock))
        {
            if (!isWhole && !BeginsRight(recipe, symbols))
            {
                continue;
            }
            using Stream raw = isWhole ? new MemoryStream(_head, 0, headLength) : Inflate(file, stream);
            var packed = new FileRange(file, stream.Offset, stream.PackedLength);
            if (Makes(recipe, raw, stream.RawLength, symbols, packed))
            {
                _last = recipe;
                return recipe;
            }
            patience -= packed.Position;
            if (patience < 0)
            {
                break;
            }
        }
        return null;
    }

    private IEnumerable<DeflateRecipe> Candidates(byte windowBits, DeflateEnding ending) =>
        Variants
            .SelectMany(v => Levels.Select(l => new DeflateRecipe(l, v.MemoryLevel, windowBits, v.Variant, ending)))
            .Where(r => r != _last && (r.Variant is not DeflateVariant.Filtered || r.Level > 3))
            .Prepend(_last with { Ending = ending });

    // What the last bytes show: an empty stored block, or an empty block of the fixed code, before an empty last one of that code.
    private static DeflateEnding EndingOf(Stream file, PackedStream stream)
    {
        Span<byte> end = stackalloc byte[6];
        if (stream.PackedLength < end.Length)
        {
            return DeflateEnding.Plain;
        }
        file.Position = stream.End - end.Length;
        file.ReadExactly(end);
        if (end.SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0xFF, 0xFF, 3, 0]))
        {
            return DeflateEnding.SyncFlush;
        }
        // The last bit set is in the last block's header, wherever in its byte that began.
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(end[2..]);
        bits <<= BitOperations.LeadingZeroCount(bits);
        return bits >> 20 == 0b1100_0000_0010 ? DeflateEnding.PartialFlush : DeflateEnding.Plain;
    }

    // What a zlib header before the stream says, if one stands there; the widest otherwise, which nearly all take.
    private static byte WindowBitsOf(Stream file, PackedStream stream)
    {
        Span<byte> header = stackalloc byte[ZlibHeader.Size];
        if (stream.Offset < header.Length)
        {
            return ZlibHeader.MaxWindowBits;
        }
        file.Position = stream.Offset - header.Length;
        file.ReadExactly(header);
        return ZlibHeader.IsOne(header) ? ZlibHeader.WindowBitsOf(header) : ZlibHeader.MaxWindowBits;
    }

    // Where the first block ends tells how long blocks were allowed to be.
    private bool MayMakeFirstBlock(DeflateRecipe recipe) =>
        DeflateBlock.MayEndAfter(_reader.FirstBlockCount, _reader.IsOneBlock, recipe);

    // The first symbols of the first block, as many as make at most so many raw bytes.
    private ReadOnlyMemory<uint> SymbolsOf(int rawLength)
    {
        var symbols = _reader.FirstBlock;
        var count = 0;
        foreach (var symbol in symbols.Span)
        {
            rawLength -= DeflateSymbol.LengthOf(symbol);
            if (rawLength < 0)
            {
                break;
            }
            count++;
        }
        return symbols[..count];
    }

    private bool BeginsRight(DeflateRecipe recipe, ReadOnlyMemory<uint> symbols)
    {
        using var raw = new MemoryStream(_head);
        _deflate.Begin(recipe, raw, raw.Length);
        _deflate.Expect(symbols);
        return _deflate.Next(out _);
    }

    private bool Makes(DeflateRecipe recipe, Stream raw, long rawLength, ReadOnlyMemory<uint> symbols, Stream packed)
    {
        _deflate.Begin(recipe, raw, rawLength);
        _deflate.Expect(symbols);
        while (_deflate.Next(out var block))
        {
            while (!block.IsEmpty)
            {
                var part = _packed.AsSpan(0, Math.Min(block.Length, _packed.Length));
                var count = packed.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
                if (count < part.Length || !block.StartsWith(part))
                {
                    return false;
                }
                block = block[part.Length..];
            }
        }
        return packed.Position == packed.Length;
    }

    private static DeflateStream Inflate(Stream file, PackedStream stream) =>
        new(new FileRange(file, stream.Offset, stream.PackedLength), CompressionMode.Decompress);
}
