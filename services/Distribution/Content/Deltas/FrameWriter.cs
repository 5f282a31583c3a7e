using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LaiChau.Distribution.Content.Deltas;

/// <summary>
/// Cuts the literals into frames and compresses them. A frame ends where it, or the bytes that it leans on, would grow too long: what is like known files
/// comes in short frames with just those files' parts at hand, what is like nothing in long ones. Memory: one frame, one prefix.
/// </summary>
/// <param name="literals">What is to be written.</param>
/// <param name="prefixes">What follows from the copies.</param>
/// <param name="likeness">What to lean on beside it.</param>
/// <param name="known">Where all that is read.</param>
/// <param name="oldFiles">Number of the base's files: that of the first new one among the sources.</param>
/// <param name="output">Where the frames go.</param>
internal sealed class FrameWriter(
    Literals literals,
    LiteralPrefix prefixes,
    Likeness likeness,
    CopyFinder known,
    int oldFiles,
    Stream output
) : IDisposable
{
    // Shorter literals are not worth a search for what they are like.
    private const int LeastSearched = 2 * 1024;

    // Between these two, zstd's levels take as long as the stronger one and gain no more than the weaker one.
    private const int QuickLevel = 12;
    private const long MostAtStrongest = 8 * 1024 * 1024;

    // The weaker one looks at few places, the last ones: what is less like stands in the way of what is more.
    private const int MostLikeWhenQuick = LiteralPrefix.MaxLength / 2;

    // Films and sounds: what there is to gain is a long match in the prefix, which this level finds as well as the next ones, and sooner.
    private const int LevelOfPacked = 2;

    private readonly int _level = prefixes.Length <= MostAtStrongest ? ZstdPrefix.Strongest : QuickLevel;
    private readonly byte[] _raw = new byte[(int)Math.Min(prefixes.Length, DeltaFrame.MaxRawLength)];
    private readonly byte[] _prefix = new byte[LiteralPrefix.MaxLength];
    private readonly byte[] _compressed = new byte[
        ZstdPrefix.Bound((int)Math.Min(prefixes.Length, DeltaFrame.MaxRawLength))
    ];
    private readonly ZstdPrefix.Writer _zstd = new();
    private readonly List<DeltaFrame> _frames = [];

    // The frame to come: its first literal, its bytes so far, what it leans on, and what it has at hand.
    private long _start;
    private int _length;
    private readonly HashSet<PrefixPiece> _like = [];
    private readonly HashSet<uint> _covered = [];
    private long _offset;

    private int MostLike => _level == QuickLevel ? MostLikeWhenQuick : LiteralPrefix.MaxLength;

    public async Task<List<DeltaFrame>> Run(CancellationToken ct)
    {
        foreach (var (from, to) in prefixes.Cut())
        {
            ct.ThrowIfCancellationRequested();
            var stretch = new byte[to - from];
            literals.Read(from, stretch);
            var like = Find(from, stretch);
            if (_length > 0 && !Fits(to, like))
            {
                await Write(ct);
                _start = from;
                like = Find(from, stretch);
            }
            stretch.CopyTo(_raw, _length);
            _length += stretch.Length;
            _like.UnionWith(like);
        }
        if (_length > 0)
        {
            await Write(ct);
        }
        return _frames;
    }

    public void Dispose() => _zstd.Dispose();

    private bool Fits(long to, List<PrefixPiece> like)
    {
        var leaning = Sum(_like) + Sum(like);
        var most = leaning > 0 ? MostLike : LiteralPrefix.MaxLength;
        return to - _start <= _raw.Length && leaning + Sum(prefixes.Of(_start, to)) <= most;
    }

    private List<PrefixPiece> Find(long from, byte[] stretch)
    {
        if (stretch.Length < LeastSearched)
        {
            return [];
        }
        // Files before the first that the frame is for are whole when it is read.
        likeness.LearnUpTo(oldFiles + prefixes.FileAt(_start));
        var around = Fill(prefixes.Of(from, from + stretch.Length));
        likeness.Cover(_prefix.AsSpan(0, around), _covered);
        return likeness.Find(stretch, _like, _covered, MostLike - around);
    }

    private async Task Write(CancellationToken ct)
    {
        var like = Joined(_like);
        var filled = Fill(like.Concat(prefixes.Of(_start, _start + _length)));
        var size = Compress(_raw.AsSpan(0, _length), _prefix.AsSpan(0, filled));
        await output.WriteAsync(_compressed.AsMemory(0, size), ct);
        _frames.Add(new(_offset, size, _length, HashOf(_compressed.AsSpan(0, size)), like));
        _offset += size;
        _length = 0;
        _like.Clear();
        _covered.Clear();
    }

    private int Compress(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> prefix) =>
        _zstd.Compress(raw, prefix, _compressed, Entropy.IsHigh(raw) ? LevelOfPacked : _level);

    private int Fill(IEnumerable<PrefixPiece> pieces)
    {
        var filled = 0;
        foreach (var piece in pieces)
        {
            known.Read(piece.Source, piece.From, _prefix.AsSpan(filled, piece.Length));
            filled += piece.Length;
        }
        return filled;
    }

    private static UInt128 HashOf(ReadOnlySpan<byte> frame)
    {
        Span<byte> hash = stackalloc byte[Sha256Digest.Size];
        SHA256.HashData(frame, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static int Sum(IEnumerable<PrefixPiece> pieces) => pieces.Sum(p => p.Length);

    private static List<PrefixPiece> Joined(IEnumerable<PrefixPiece> pieces)
    {
        var joined = new List<PrefixPiece>();
        foreach (var piece in pieces.OrderBy(p => (p.Source, p.From)))
        {
            if (joined is [.., var last] && (last.Source, last.To) == (piece.Source, piece.From))
            {
                joined[^1] = last with { To = piece.To };
            }
            else
            {
                joined.Add(piece);
            }
        }
        return joined;
    }
}
