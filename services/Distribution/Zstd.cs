using ZstdSharp;
using ZstdSharp.Unsafe;

namespace LaiChau.Distribution;

/// <summary>
/// Single zstd frames that lean on a prefix: bytes that reader and writer both hold, and that matches may reach into. Without checksum, since what
/// comes out is hashed anyway.
/// </summary>
internal static unsafe class ZstdPrefix
{
    public const int Strongest = 19;

    /// <summary>The most bytes that a frame of <paramref name="rawLength"/> bytes can take.</summary>
    public static int Bound(int rawLength) => (int)Methods.ZSTD_compressBound((nuint)rawLength);

    public static byte[] Compress(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> prefix, int level)
    {
        var frame = new byte[Bound(raw.Length)];
        return frame[..Compress(raw, prefix, frame, level)];
    }

    /// <inheritdoc cref="Writer.Compress"/>
    public static int Compress(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> prefix, Span<byte> destination, int level)
    {
        using var writer = new Writer();
        return writer.Compress(raw, prefix, destination, level);
    }

    /// <summary>Writes one frame after another in the same memory, which is some ten times a frame's.</summary>
    public sealed class Writer : IDisposable
    {
        private ZSTD_CCtx_s* _context = Methods.ZSTD_createCCtx();

        /// <returns>Length of the frame.</returns>
        /// <exception cref="ZstdException">The destination is too small.</exception>
        public int Compress(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> prefix, Span<byte> destination, int level)
        {
            Check(Methods.ZSTD_CCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_and_parameters));
            var context = _context;
            Set(context, ZSTD_cParameter.ZSTD_c_compressionLevel, level);
            Set(context, ZSTD_cParameter.ZSTD_c_checksumFlag, 0);
            Set(context, ZSTD_cParameter.ZSTD_c_dictIDFlag, 0);
            Set(context, ZSTD_cParameter.ZSTD_c_contentSizeFlag, 0);
            if (!prefix.IsEmpty)
            {
                // Every byte of the prefix must stay in reach of the last byte, and be remembered until then: by themselves fast levels remember less.
                var reach = WindowLog(raw.Length + prefix.Length);
                Set(context, ZSTD_cParameter.ZSTD_c_windowLog, reach);
                if (level <= FastLevels && reach > 18)
                {
                    Set(context, ZSTD_cParameter.ZSTD_c_hashLog, Math.Min(reach, MostRemembered));
                    Set(context, ZSTD_cParameter.ZSTD_c_chainLog, Math.Min(reach + 1, MostRemembered + 1));
                }
            }
            fixed (
                byte* from = raw,
                    with = prefix,
                    to = destination
            )
            {
                Check(Methods.ZSTD_CCtx_refPrefix(context, with, (nuint)prefix.Length));
                return (int)Check(
                    Methods.ZSTD_compress2(context, to, (nuint)destination.Length, from, (nuint)raw.Length)
                );
            }
        }

        public void Dispose()
        {
            Methods.ZSTD_freeCCtx(_context);
            _context = null;
        }
    }

    /// <summary>Fills <paramref name="destination"/>, which has the raw length; a bomb finds no room in it. Memory beside it: the frame's largest block.</summary>
    /// <param name="frame">The frame's bytes are the next ones.</param>
    /// <param name="length">Of the frame.</param>
    /// <param name="prefix">What it leans on.</param>
    /// <param name="destination">Where it goes.</param>
    /// <exception cref="ZstdException">Not a frame, or one of another length.</exception>
    public static void Decompress(Stream frame, int length, ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        var context = Methods.ZSTD_createDCtx();
        try
        {
            Check(Methods.ZSTD_DCtx_setParameter(context, ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog));
            Check(Methods.ZSTD_DCtx_setParameter(context, StableOutBuffer, 1));
            var buffer = stackalloc byte[Step];
            fixed (
                byte* with = prefix,
                    to = destination
            )
            {
                Check(Methods.ZSTD_DCtx_refPrefix(context, with, (nuint)prefix.Length));
                var output = new ZSTD_outBuffer_s { dst = to, size = (nuint)destination.Length };
                nuint due = 1;
                for (var left = length; left > 0; )
                {
                    var read = frame.Read(new Span<byte>(buffer, Math.Min(Step, left)));
                    var input = new ZSTD_inBuffer_s { src = buffer, size = (nuint)read };
                    while (read > 0 && input.pos < input.size)
                    {
                        due = Check(Methods.ZSTD_decompressStream(context, &output, &input));
                    }
                    left = read > 0 ? left - read : 0;
                }
                if (due > 0 || output.pos != output.size)
                {
                    throw new ZstdException(
                        ZSTD_ErrorCode.ZSTD_error_corruption_detected,
                        $"The frame holds {output.pos} bytes, not {destination.Length}, or goes on."
                    );
                }
            }
        }
        finally
        {
            Methods.ZSTD_freeDCtx(context);
        }
    }

    /// <summary>As above, for a frame in memory.</summary>
    /// <exception cref="ZstdException">Not a frame, or one of another length.</exception>
    public static void Decompress(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        if (frame.IsEmpty)
        {
            throw new ZstdException(ZSTD_ErrorCode.ZSTD_error_srcSize_wrong, "The frame is empty.");
        }
        fixed (byte* from = frame)
        {
            using var stream = new UnmanagedMemoryStream(from, frame.Length);
            Decompress(stream, frame.Length, prefix, destination);
        }
    }

    // The output stays where it is, so that no window is kept beside it.
    private const ZSTD_dParameter StableOutBuffer = ZSTD_dParameter.ZSTD_d_experimentalParam2;
    private const int Step = 64 * 1024;
    private const int FastLevels = 12;

    // Positions in the tables that find matches, as a power of two: 16 MiB of one, 32 of the other.
    private const int MostRemembered = 22;

    // Of frames that are decompressed in one go: no window is allocated for it.
    private const int MaxWindowLog = 30;

    private static int WindowLog(int length) => Math.Clamp(32 - int.LeadingZeroCount(length), 10, MaxWindowLog);

    private static void Set(ZSTD_CCtx_s* context, ZSTD_cParameter parameter, int value) =>
        Check(Methods.ZSTD_CCtx_setParameter(context, parameter, value));

    private static nuint Check(nuint result) =>
        Methods.ZSTD_isError(result)
            ? throw new ZstdException(Methods.ZSTD_getErrorCode(result), Methods.ZSTD_getErrorName(result))
            : result;
}
