using System.Numerics;
using System.Runtime.CompilerServices;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>The tables of RFC 1951: what codes stand for which lengths and distances.</summary>
internal static class DeflateCodes
{
    public const int Literals = 286;
    public const int Distances = 30;
    public const int CodeLengths = 19;

    // Two more of each have a place in the fixed code and are never sent.
    private const int FixedLiteralCount = 288;
    private const int FixedDistanceCount = 32;

    public static readonly byte[] NoExtra = new byte[CodeLengths];

    public static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    // Of codes 257 to 285; the last stands for the longest match alone.
    public static readonly byte[] LengthExtra =
    [
        .. Enumerable.Range(0, 28).Select(n => (byte)Math.Max(0, (n / 4) - 1)),
        0,
    ];

    public static readonly ushort[] LengthBase = [.. Bases(LengthExtra[..^1], first: 3), 258];

    public static readonly byte[] DistanceExtra =
    [
        .. Enumerable.Range(0, Distances).Select(n => (byte)Math.Max(0, (n / 2) - 1)),
    ];

    public static readonly ushort[] DistanceBase = [.. Bases(DistanceExtra, first: 1)];

    public static readonly byte[] FixedLiteralLengths =
    [
        .. Enumerable
            .Range(0, FixedLiteralCount)
            .Select(n =>
                (byte)(
                    n < 144 ? 8
                    : n < 256 ? 9
                    : n < 280 ? 7
                    : 8
                )
            ),
    ];

    public static readonly byte[] FixedDistanceLengths = [.. Enumerable.Repeat((byte)5, FixedDistanceCount)];

    // After the tables it is made of.
    private static readonly byte[] LengthCode = MakeLengthCodes();

    public static readonly uint[] FixedLiterals = MakeCodes(FixedLiteralLengths);

    public static readonly uint[] FixedDistances = MakeCodes(FixedDistanceLengths);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfLength(int length) => LengthCode[length - 3] + 257;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfDistance(int distance)
    {
        var d = (uint)distance - 1;
        if (d < 4)
        {
            return (int)d;
        }
        // Two codes for every power of two: the bit below the highest says which.
        var log = BitOperations.Log2(d);
        return (2 * log) + (int)((d >> (log - 1)) & 1);
    }

    /// <summary>Canonical codes of the given lengths: the bits as they are sent (first bit lowest), and the length above bit 16.</summary>
    public static uint[] MakeCodes(ReadOnlySpan<byte> lengths)
    {
        var codes = new uint[lengths.Length];
        FillCodes(lengths, codes);
        return codes;
    }

    public static void FillCodes(ReadOnlySpan<byte> lengths, Span<uint> codes)
    {
        Span<int> next = stackalloc int[17];
        next.Clear();
        foreach (var length in lengths)
        {
            next[length + 1]++;
        }
        next[1] = 0;
        for (var bits = 2; bits < next.Length; bits++)
        {
            next[bits] = (next[bits] + next[bits - 1]) << 1;
        }
        for (var n = 0; n < lengths.Length; n++)
        {
            if (lengths[n] is var length and not 0)
            {
                codes[n] = Reverse((uint)next[length]++, length) | ((uint)length << 16);
            }
        }
    }

    private static uint Reverse(uint code, int length)
    {
        uint reversed = 0;
        for (; length > 0; length--)
        {
            reversed = (reversed << 1) | (code & 1);
            code >>= 1;
        }
        return reversed;
    }

    // Each code stands for as many values as its extra bits tell apart.
    private static IEnumerable<ushort> Bases(byte[] extra, int first)
    {
        foreach (var bits in extra)
        {
            yield return (ushort)first;
            first += 1 << bits;
        }
    }

    private static byte[] MakeLengthCodes()
    {
        var codes = new byte[256];
        for (var code = 0; code < LengthBase.Length; code++)
        {
            for (var i = 0; i < 1 << LengthExtra[code] && LengthBase[code] - 3 + i < codes.Length; i++)
            {
                codes[LengthBase[code] - 3 + i] = (byte)code;
            }
        }
        return codes;
    }
}
