namespace LaiChau.Distribution.Content.Containers;

/// <summary>Bytes of a film in a row that belong to one of its tracks. Eight bytes each, since there are many.</summary>
internal readonly record struct TrackPiece
{
    private readonly ulong _value;

    public TrackPiece(int track, long length) => _value = ((ulong)length * Interleave.MaxTracks) + (uint)track;

    /// <summary>Number of the track from 1 on; 0 is all that belongs to none: headers, tables, index.</summary>
    public int Track => (int)(_value % Interleave.MaxTracks);

    /// <summary>Bytes.</summary>
    public long Length => (long)(_value / Interleave.MaxTracks);
}

/// <summary>
/// How the tracks of a film lie in its file, piece by piece from its first byte to its last. Seen track by track
/// (<see cref="DemuxedStream"/>), the same pictures and sounds are the same bytes whatever container they are in.
/// </summary>
/// <remarks>
/// Written as varints: number of pieces; one byte a piece, its track; then the lengths, those of track 0 first, then those of track 1, and so on.
/// </remarks>
internal sealed record Interleave(IReadOnlyList<TrackPiece> Pieces)
{
    /// <summary>Most tracks, with those bytes that belong to none.</summary>
    public const int MaxTracks = 16;

    /// <summary>Most pieces: an hour of Matroska, three of MP4. They take a reader 4 MiB, and twice that where it reads the film track by track.</summary>
    public const int MaxPieces = 512 * 1024;

    /// <summary>How many bytes tell what a file is.</summary>
    public const int HeadSize = 8;

    /// <summary>Whether a file that begins with these bytes (<see cref="HeadSize"/>, or all it has) may hold tracks.</summary>
    public static bool IsPossible(ReadOnlySpan<byte> head) => Mp4.IsOne(head) || Matroska.IsOne(head);

    /// <summary>
    /// How the tracks of a seekable file lie in it; null for anything but a film or sound whose container is known here. Whatever the file holds,
    /// nothing but its own reading throws.
    /// </summary>
    public static Interleave? Find(Stream file)
    {
        var head = new byte[HeadSize];
        file.Position = 0;
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var pieces =
            Mp4.IsOne(head.AsSpan(0, length)) ? Mp4.Find(file)
            : Matroska.IsOne(head.AsSpan(0, length)) ? Matroska.Find(file)
            : null;
        return pieces is { Count: > 0 } ? new(pieces) : null;
    }

    /// <summary>Where each track lies when the film is seen track by track.</summary>
    public (long Start, long Length)[] Tracks()
    {
        var lengths = new long[MaxTracks];
        foreach (var piece in Pieces)
        {
            lengths[piece.Track] += piece.Length;
        }
        var next = 0L;
        return [.. lengths.Select(length => ((next += length) - length, length))];
    }

    public void Write(ByteWriter output)
    {
        output.Number(Pieces.Count);
        foreach (var piece in Pieces)
        {
            output.Raw([(byte)piece.Track]);
        }
        foreach (var piece in Pieces.OrderBy(p => p.Track))
        {
            output.Number(piece.Length);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote of a file of this length.</summary>
    /// <exception cref="ContentException"><see cref="ContentException.Malformed"/>: no publisher writes this, or not of such a file.</exception>
    public static Interleave Read(ref ByteReader input, long fileLength)
    {
        var count = input.Int(MaxPieces);
        var tracks = input.Raw(count);
        var pieces = new TrackPiece[count];
        for (var track = 0; track < MaxTracks; track++)
        {
            for (var i = 0; i < count; i++)
            {
                if (tracks[i] == track)
                {
                    pieces[i] = new(track, input.Number(fileLength));
                    fileLength -= pieces[i].Length;
                }
            }
        }
        return fileLength == 0 && Array.TrueForAll(pieces, p => p.Length > 0)
            ? new(pieces)
            : throw input.Malformed("describes the tracks of another file");
    }
}

/// <summary>Pieces in the order of the file, while they are found. What lies between them belongs to no track.</summary>
internal sealed class TrackPieces(long fileLength)
{
    private readonly List<TrackPiece> _pieces = [];
    private long _end;

    /// <summary>False when the piece is not behind the last one and within the file, or there are too many.</summary>
    public bool Add(int track, long offset, long length)
    {
        if (offset < _end || length < 0 || length > fileLength - offset || _pieces.Count > Interleave.MaxPieces - 3)
        {
            return false;
        }
        Append(0, offset - _end);
        Append(track, length);
        return true;
    }

    public List<TrackPiece> Finish()
    {
        Append(0, fileLength - _end);
        return _pieces;
    }

    private void Append(int track, long length)
    {
        _end += length;
        if (_pieces is [.., var last] && last.Track == track)
        {
            _pieces[^1] = new(track, last.Length + length);
        }
        else if (length > 0)
        {
            _pieces.Add(new(track, length));
        }
    }
}
