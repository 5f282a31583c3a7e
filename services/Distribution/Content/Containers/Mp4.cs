using System.Buffers.Binary;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>
/// MP4 and its kin (QuickTime, M4A): ISO/IEC 14496-12. The tables of <c>moov</c> say where each track's chunks of samples lie. Files in fragments
/// (<c>moof</c>) have no such tables.
/// </summary>
internal static class Mp4
{
    // An hour and a half of film; more is not read into memory.
    private const int MaxTables = 4 * 1024 * 1024;

    // Most boxes before the tables: there are some ten.
    private const int MaxBoxes = 10_000;

    public static bool IsOne(ReadOnlySpan<byte> head) => head.Length >= 8 && head[4..8].SequenceEqual("ftyp"u8);

    public static List<TrackPiece>? Find(Stream file)
    {
        if (Tables(file) is not { } moov)
        {
            return null;
        }
        var chunks = new List<(long Offset, long Length, int Track)>();
        var track = 0;
        foreach (var trak in Boxes(moov, "trak"u8))
        {
            track++;
            if (track == Interleave.MaxTracks || !AddChunks(moov[trak], track, chunks))
            {
                return null;
            }
        }
        chunks.Sort();
        var pieces = new TrackPieces(file.Length);
        return chunks.Count > 0 && chunks.TrueForAll(c => pieces.Add(c.Track, c.Offset, c.Length))
            ? pieces.Finish()
            : null;
    }

    private static byte[]? Tables(Stream file)
    {
        Span<byte> header = stackalloc byte[16];
        var at = 0L;
        for (var box = 0; box < MaxBoxes && at <= file.Length - 8; box++)
        {
            file.Position = at;
            var read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            var length = (long)BinaryPrimitives.ReadUInt32BigEndian(header);
            var headerLength = 8;
            if (length == 1 && read == header.Length)
            {
                length = BinaryPrimitives.ReadInt64BigEndian(header[8..]);
                headerLength = 16;
            }
            length = length == 0 ? file.Length - at : length;
            if (length < headerLength || length > file.Length - at)
            {
                return null;
            }
            if (header[4..8].SequenceEqual("moov"u8))
            {
                if (length > MaxTables)
                {
                    return null;
                }
                var moov = new byte[length - headerLength];
                file.Position = at + headerLength;
                return file.ReadAtLeast(moov, moov.Length, throwOnEndOfStream: false) == moov.Length ? moov : null;
            }
            at += length;
        }
        return null;
    }

    private static bool AddChunks(
        ReadOnlySpan<byte> trak,
        int track,
        List<(long Offset, long Length, int Track)> chunks
    )
    {
        var stbl = Box(Box(Box(trak, "mdia"u8), "minf"u8), "stbl"u8);
        var sizes = Box(stbl, "stsz"u8);
        var groups = Box(stbl, "stsc"u8);
        var offsets = Box(stbl, "stco"u8);
        var width = offsets.IsEmpty ? 8 : 4;
        offsets = offsets.IsEmpty ? Box(stbl, "co64"u8) : offsets;
        // Four bytes of version and flags in each, and how many entries follow; stsz has a size for all before that.
        if (sizes.Length < 12 || groups.Length < 8 || offsets.Length < 8)
        {
            return false;
        }
        var (sizeOfAll, samples) = (U32(sizes, 4), U32(sizes, 8));
        var (groupCount, chunkCount) = (U32(groups, 4), U32(offsets, 4));
        sizes = sizes[12..];
        groups = groups[8..];
        offsets = offsets[8..];
        if (
            chunkCount > Interleave.MaxPieces - chunks.Count
            || groupCount > groups.Length / 12
            || chunkCount > offsets.Length / width
            || (sizeOfAll == 0 && samples > sizes.Length / 4)
        )
        {
            return false;
        }
        var (sample, group, perChunk) = (0L, 0, 0L);
        for (var chunk = 0; chunk < chunkCount; chunk++)
        {
            // From which chunk on (counted from 1) there are so many samples in each.
            if (group < groupCount && U32(groups, 12 * group) == chunk + 1)
            {
                perChunk = U32(groups, (12 * group) + 4);
                group++;
            }
            if (perChunk > samples - sample)
            {
                return false;
            }
            var length = perChunk * sizeOfAll;
            for (var end = sample + perChunk; sizeOfAll == 0 && sample < end; sample++)
            {
                length += U32(sizes, 4 * (int)sample);
            }
            sample += sizeOfAll == 0 ? 0 : perChunk;
            var offset =
                width == 4
                    ? U32(offsets, 4 * chunk)
                    : (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(offsets[(8 * chunk)..]), long.MaxValue);
            chunks.Add((offset, length, track));
        }
        return true;
    }

    private static long U32(ReadOnlySpan<byte> table, int at) => BinaryPrimitives.ReadUInt32BigEndian(table[at..]);

    private static ReadOnlySpan<byte> Box(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> type)
    {
        foreach (var found in Boxes(parent, type))
        {
            return parent[found];
        }
        return [];
    }

    private static List<Range> Boxes(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> type)
    {
        var found = new List<Range>();
        for (var at = 0; parent.Length - at >= 8; )
        {
            var length = U32(parent, at);
            if (length < 8 || length > parent.Length - at)
            {
                break;
            }
            if (parent[(at + 4)..(at + 8)].SequenceEqual(type))
            {
                found.Add(new(at + 8, at + (int)length));
            }
            at += (int)length;
        }
        return found;
    }
}
