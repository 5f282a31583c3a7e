namespace LaiChau.Distribution.Content.Containers;

/// <summary>What differs between the encoders of zlib's family beyond its numeric parameters.</summary>
internal enum DeflateVariant
{
    /// <summary>zlib's default strategy.</summary>
    Zlib = 0,

    /// <summary>zlib's <c>Z_FILTERED</c>: matches of five bytes and fewer are not taken (images with predictors).</summary>
    Filtered = 1,

    /// <summary>zlib's <c>Z_FIXED</c>: the fixed Huffman codes only.</summary>
    Fixed = 2,

    /// <summary>GNU gzip, of which zlib was made: it also ends a block where that looks profitable.</summary>
    Gzip = 3,

    /// <summary>Info-ZIP's zip: gzip's way, but for the last bytes of a stream.</summary>
    InfoZip = 4,

    /// <summary>The zlib of Chromium, which Node and npm use too: strings are found by a hash of four bytes.</summary>
    Chromium = 5,
}

/// <summary>What a stream ends with.</summary>
internal enum DeflateEnding
{
    /// <summary>The last block of its content.</summary>
    Plain = 0,

    /// <summary>zlib's <c>Z_SYNC_FLUSH</c> and an empty block: Microsoft Word's documents.</summary>
    SyncFlush = 1,

    /// <summary>zlib's <c>Z_PARTIAL_FLUSH</c> and an empty block: Adobe's PDFs.</summary>
    PartialFlush = 2,
}

/// <summary>How the packed bytes of a stream are made of its raw ones, bit for bit. Three bytes when written.</summary>
/// <param name="Level">Compression level, 1 to 9. (Level 0 stores: there is nothing to open.)</param>
/// <param name="MemoryLevel">zlib's memLevel, 1 to 9: the size of the hash table and of a block.</param>
/// <param name="WindowBits">Binary logarithm of the window, 9 to 15.</param>
/// <param name="Variant">Which of the family.</param>
/// <param name="Ending">What the encoder was told at the end.</param>
internal readonly record struct DeflateRecipe(
    byte Level,
    byte MemoryLevel = 8,
    byte WindowBits = 15,
    DeflateVariant Variant = DeflateVariant.Zlib,
    DeflateEnding Ending = DeflateEnding.Plain
)
{
    public const int Size = 3;

    // Of each level, from 0: measured on text and on machine code, the slower of the two, on one core of a two-core server of 2024.
    // zlib itself is no faster by more than a tenth.
    private static readonly double[] MegabytesPerSecond = [0, 80, 75, 54, 50, 32, 21, 17, 10, 6.8];

    /// <summary>Whether blocks end as those of gzip and Info-ZIP do.</summary>
    public bool IsOfGzip => Variant is DeflateVariant.Gzip or DeflateVariant.InfoZip;

    /// <summary>Roughly how many CPU-seconds it takes to rebuild a stream of <paramref name="rawLength"/> bytes.</summary>
    public double CostOf(long rawLength) => rawLength / (MegabytesPerSecond[Level] * 1e6);

    /// <summary>Writes the recipe into the first three bytes of <paramref name="output"/>.</summary>
    public void Write(Span<byte> output)
    {
        output[0] = (byte)(Level | (MemoryLevel << 4));
        output[1] = (byte)(WindowBits | ((int)Variant << 4));
        output[2] = (byte)Ending;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ContentException"><see cref="ContentException.Malformed"/>: parameters that zlib does not have.</exception>
    public static DeflateRecipe Read(ReadOnlySpan<byte> input)
    {
        var recipe = new DeflateRecipe(
            (byte)(input[0] & 0xF),
            (byte)(input[0] >> 4),
            (byte)(input[1] & 0xF),
            (DeflateVariant)(input[1] >> 4),
            (DeflateEnding)input[2]
        );
        return
            recipe
                is {
                    Level: >= 1 and <= 9,
                    MemoryLevel: >= 1 and <= 9,
                    WindowBits: >= 9 and <= 15,
                    Variant: <= DeflateVariant.Chromium,
                    Ending: <= DeflateEnding.PartialFlush
                }
            ? recipe
            : throw new ContentException(
                ContentException.Malformed,
                "A container view asks for a deflate that does not exist."
            );
    }
}
