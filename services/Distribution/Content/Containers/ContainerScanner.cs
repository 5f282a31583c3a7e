using System.Buffers;
using System.Buffers.Binary;

namespace LaiChau.Distribution.Content.Containers;

/// <summary>
/// Finds the deflate streams in a ZIP (docx, epub, jar …), a PDF, a gzip file, and in a tar or ZIP that holds such files as they are.
/// A stream says itself where it ends: so it is found by the mark before it (ZIP's local header, PDF's keyword, gzip's header) and
/// read to its end, and neither ZIP's central directory nor PDF's cross references have to be there, or be right.
/// </summary>
internal static class ContainerScanner
{
    private const int BufferSize = 64 * 1024;

    // What is kept at hand behind a mark: headers that are longer are not looked at.
    private const int MaxHeader = 1024;

    /// <summary>How many bytes tell what a file is.</summary>
    public const int HeadSize = MaxHeader;

    // Bytes that may be read in vain, beyond the length of the file.
    private const long Patience = 16 * 1024 * 1024;

    private static readonly SearchValues<byte> FirstBytes = SearchValues.Create("Ps\u001f"u8);

    /// <summary>
    /// The streams of a seekable file, ascending and apart from each other; those that are not worth opening (see
    /// <see cref="PackedStream"/>) are left out. Whatever the file holds, nothing but its own reading throws.
    /// </summary>
    public static IReadOnlyList<PackedStream> Find(Stream file)
    {
        var found = new List<PackedStream>();
        var buffer = new byte[BufferSize];
        var window = ReadAt(file, 0, buffer);
        if (!IsContainer(window))
        {
            return found;
        }
        var reader = new DeflateReader();
        var patience = file.Length + Patience;
        var room = PackedStream.MaxTotalRawLength;
        long position = 0;
        while (!window.IsEmpty && patience > 0 && room > 0 && found.Count < PackedStream.MaxCount)
        {
            var mark = window.IndexOfAny(FirstBytes);
            if (mark < 0 || (mark > 0 && window.Length - mark < MaxHeader))
            {
                position += mark < 0 ? window.Length : mark;
                window = ReadAt(file, position, buffer);
                continue;
            }
            var header = HeaderLength(window[mark..]);
            if (header == 0)
            {
                position += mark + 1;
                window = window[(mark + 1)..];
                continue;
            }
            if (reader.Read(file, position + mark + header, Math.Min(PackedStream.MaxRawLength, room)) is { } stream)
            {
                if (IsWorthOpening(stream) && reader.BeginsCoded)
                {
                    found.Add(stream);
                    room -= stream.RawLength;
                }
                position = stream.End;
                window = ReadAt(file, position, buffer);
            }
            else
            {
                patience -= reader.Consumed;
                position += mark + 1;
                window = window[(mark + 1)..];
            }
        }
        return found;
    }

    private static bool IsWorthOpening(PackedStream stream) =>
        stream.PackedLength >= PackedStream.MinPackedLength
        && stream.RawLength <= stream.PackedLength * PackedStream.MaxRatio;

    private static ReadOnlySpan<byte> ReadAt(Stream file, long position, byte[] buffer)
    {
        file.Position = position;
        return buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }

    /// <summary>Whether a file that begins with these bytes (<see cref="HeadSize"/>, or all it has) may hold streams.</summary>
    public static bool IsContainer(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\u0003\u0004"u8)
        || head.StartsWith("\u001f"u8) && GzipHeader(head) > 0
        || head[..Math.Min(head.Length, MaxHeader)].IndexOf("%PDF-"u8) >= 0
        || (head.Length > 262 && head[257..].StartsWith("ustar"u8));

    // Bytes from a mark to the stream behind it; 0 where there is no mark.
    private static int HeaderLength(ReadOnlySpan<byte> at) =>
        at[0] switch
        {
            (byte)'P' => ZipHeader(at),
            (byte)'s' => PdfHeader(at),
            _ => GzipHeader(at),
        };

    // A local file header: signature, version, flags, method … 26: length of the name, 28: length of the extra fields.
    private static int ZipHeader(ReadOnlySpan<byte> at)
    {
        const int size = 30;
        const int encrypted = 1;
        const int deflated = 8;
        return
            at.Length >= size
            && at.StartsWith("PK\u0003\u0004"u8)
            && (at[6] & encrypted) == 0
            && BinaryPrimitives.ReadUInt16LittleEndian(at[8..]) == deflated
            ? size
                + BinaryPrimitives.ReadUInt16LittleEndian(at[26..])
                + BinaryPrimitives.ReadUInt16LittleEndian(at[28..])
            : 0;
    }

    // The keyword, the end of its line, and a zlib header.
    private static int PdfHeader(ReadOnlySpan<byte> at)
    {
        if (!at.StartsWith("stream"u8))
        {
            return 0;
        }
        var length = "stream".Length;
        length += at.Length > length && at[length] == '\r' ? 1 : 0;
        length += at.Length > length && at[length] == '\n' ? 1 : 0;
        return length > "stream".Length && ZlibHeader.IsOne(at[length..]) ? length + ZlibHeader.Size : 0;
    }

    // RFC 1952: ten bytes, and what the flags in the fourth announce.
    private static int GzipHeader(ReadOnlySpan<byte> at)
    {
        const int size = 10;
        const int hasChecksum = 2;
        const int hasExtra = 4;
        const int hasName = 8;
        const int hasComment = 16;
        if (at.Length < size || !at.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]) || at[3] >= 32)
        {
            return 0;
        }
        var flags = at[3];
        var length = size;
        if ((flags & hasExtra) != 0)
        {
            if (at.Length < length + 2)
            {
                return 0;
            }
            length += 2 + BinaryPrimitives.ReadUInt16LittleEndian(at[length..]);
        }
        foreach (var text in (ReadOnlySpan<int>)[hasName, hasComment])
        {
            if ((flags & text) != 0)
            {
                var end = length < at.Length ? at[length..].IndexOf((byte)0) : -1;
                if (end < 0)
                {
                    return 0;
                }
                length += end + 1;
            }
        }
        return length + ((flags & hasChecksum) != 0 ? 2 : 0);
    }
}
