namespace LaiChau.Distribution.Content.Containers;

/// <summary>A seekable film as its <see cref="Interleave"/> shows it: what belongs to no track, then track after track. Seekable, read only.</summary>
internal sealed class DemuxedStream : Stream
{
    private readonly Stream _file;

    // Of each piece, in the order of this stream: where it begins here and in the file. One more at the end.
    private readonly long[] _starts;
    private readonly long[] _places;
    private int _piece;
    private long _position;

    public DemuxedStream(Stream file, Interleave interleave)
    {
        (_file, Interleave) = (file, interleave);
        var pieces = interleave.Pieces;
        _starts = new long[pieces.Count + 1];
        _places = new long[pieces.Count + 1];
        var (n, start) = (0, 0L);
        for (var track = 0; track < Interleave.MaxTracks; track++)
        {
            var place = 0L;
            foreach (var piece in pieces)
            {
                if (piece.Track == track)
                {
                    (_starts[n], _places[n]) = (start, place);
                    start += piece.Length;
                    n++;
                }
                place += piece.Length;
            }
        }
        (_starts[n], _places[n]) = (start, start);
    }

    public Interleave Interleave { get; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _starts[^1];

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && _position < Length)
        {
            if (_position < _starts[_piece] || _position >= _starts[_piece + 1])
            {
                var found = Array.BinarySearch(_starts, _position);
                _piece = found >= 0 ? found : ~found - 1;
            }
            var offset = _position - _starts[_piece];
            _file.Position = _places[_piece] + offset;
            var most = (int)Math.Min(buffer.Length - filled, _starts[_piece + 1] - _position);
            var read = _file.Read(buffer.Slice(filled, most));
            if (read == 0)
            {
                break;
            }
            filled += read;
            _position += read;
        }
        return filled;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Position =
            offset
            + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => _position,
                _ => Length,
            };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }
        base.Dispose(disposing);
    }
}
