using System.Numerics;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>Matroska and WebM: RFC 9559 in EBML (RFC 8794). Every block says which track it is of.</summary>
internal static class Matroska
{
    private const long Segment = 0x18538067;
    private const long Cluster = 0x1F43B675;
    private const long BlockGroup = 0xA0;
    private const long Block = 0xA1;
    private const long SimpleBlock = 0xA3;

    // Id and size of an element, and what a block begins with: its track, its time, flags, the lengths of its frames.
    private const int MaxHeader = 1024;

    // Beside the blocks there is little: what goes on for longer is no film.
    private const int MaxElements = 4 * Interleave.MaxPieces;
    private const int TimeLength = 2;

    public static bool IsOne(ReadOnlySpan<byte> head) => head.StartsWith<byte>([0x1A, 0x45, 0xDF, 0xA3]);

    public static List<TrackPiece>? Find(Stream file)
    {
        var tracks = new Dictionary<long, int>();
        var pieces = new TrackPieces(file.Length);
        Span<byte> buffer = stackalloc byte[MaxHeader];
        var at = 0L;
        for (var element = 0; at < file.Length; element++)
        {
            if (element == MaxElements)
            {
                return null;
            }
            file.Position = at;
            ReadOnlySpan<byte> header = buffer[..file.ReadAtLeast(buffer, MaxHeader, throwOnEndOfStream: false)];
            var rest = header;
            var id = Number(ref rest, keepsMarker: true);
            var size = Number(ref rest, keepsMarker: false);
            var content = at + header.Length - rest.Length;
            if (id is Segment or Cluster or BlockGroup)
            {
                // Read as if their elements stood here: their size may be unknown.
                at = content;
                continue;
            }
            if (id < 0 || size < 0 || size > file.Length - content)
            {
                break;
            }
            var end = content + size;
            if (id is Block or SimpleBlock)
            {
                var number = Number(ref rest, keepsMarker: false);
                if (number < 0 || !SkipLacing(ref rest))
                {
                    return null;
                }
                var samples = at + header.Length - rest.Length;
                tracks.TryAdd(number, tracks.Count + 1);
                if (
                    samples > end
                    || tracks.Count == Interleave.MaxTracks
                    || !pieces.Add(tracks[number], samples, end - samples)
                )
                {
                    return null;
                }
            }
            at = end;
        }
        return tracks.Count > 0 ? pieces.Finish() : null;
    }

    /// <summary>Goes from a block's time to the first of its frames.</summary>
    private static bool SkipLacing(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < TimeLength + 2)
        {
            return false;
        }
        var lacing = (rest[TimeLength] >> 1) & 3;
        rest = rest[(TimeLength + 1)..];
        if (lacing == 0)
        {
            return true;
        }
        // How many frames follow the first; of all but the last it says how long they are, unless all are alike.
        var lengths = lacing == 2 ? 0 : rest[0];
        rest = rest[1..];
        for (var i = 0; i < lengths; i++)
        {
            if (lacing == 3)
            {
                if (Number(ref rest, keepsMarker: false) < 0)
                {
                    return false;
                }
                continue;
            }
            var last = rest.IndexOfAnyExcept((byte)0xFF);
            if (last < 0)
            {
                return false;
            }
            rest = rest[(last + 1)..];
        }
        return true;
    }

    /// <summary>A variable-size integer, of which as many bytes follow as the first one begins with zero bits; −1 where there is none, or it means "unknown".</summary>
    private static long Number(ref ReadOnlySpan<byte> rest, bool keepsMarker)
    {
        var length = rest.IsEmpty ? int.MaxValue : BitOperations.LeadingZeroCount(rest[0]) - 24 + 1;
        if (length > rest.Length || length > (keepsMarker ? 4 : 8))
        {
            return -1;
        }
        var value = 0UL;
        foreach (var b in rest[..length])
        {
            value = (value << 8) | b;
        }
        rest = rest[length..];
        var marker = 1UL << (7 * length);
        return keepsMarker ? (long)value
            : value == (2 * marker) - 1 ? -1
            : (long)(value - marker);
    }
}
