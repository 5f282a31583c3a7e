using LaiChau.Distribution.Content.Containers;
using ZstdSharp;

namespace LaiChau.Distribution.Content.Deltas;

/// <summary>How a file of the new release comes about.</summary>
internal enum DeltaFileKind
{
    /// <summary>The base's file of the same path, whole.</summary>
    Same,

    /// <summary>Another file of the base, whole.</summary>
    Moved,

    /// <summary>From copies and literals.</summary>
    Built,
}

/// <summary>
/// Literal bytes, then a copy; the last step of a file may have no copy. The source is a number among the base's files, or, from their count on, among the
/// new ones: a built file before this one.
/// </summary>
internal readonly record struct DeltaStep(long Literal, int Source, long Offset, long Copy);

/// <param name="Kind">How it comes about.</param>
/// <param name="Base">The base's file that it is (same, moved) or is most like (built); −1: none.</param>
/// <param name="Steps">Of a built file, in order.</param>
internal sealed record DeltaFile(DeltaFileKind Kind, int Base, IReadOnlyList<DeltaStep> Steps);

/// <summary>A frame of literals.</summary>
/// <param name="Offset">First byte in the delta.</param>
/// <param name="CompressedLength">Bytes in the delta.</param>
/// <param name="RawLength">Bytes when decompressed, ≤ 2 MiB.</param>
/// <param name="Hash">First 16 bytes of the SHA-256 of the compressed bytes.</param>
/// <param name="Like">What it leans on beside what follows from the copies, by source and place.</param>
internal readonly record struct DeltaFrame(
    long Offset,
    int CompressedLength,
    int RawLength,
    UInt128 Hash,
    IReadOnlyList<PrefixPiece> Like
)
{
    public const int MaxRawLength = 2 * 1024 * 1024;
    public const int MaxCompressedLength = MaxRawLength + 64 * 1024;
}

/// <summary>The head of a delta (see 0003): what the new release is, how its files come about, and which frames follow.</summary>
public sealed class DeltaHead
{
    private const int MaxRawLength = HeadedObject.MaxHeadSize;
    private static readonly byte[] Magic = "LCPD\u0002"u8.ToArray();

    internal DeltaHead(
        ReleaseManifest from,
        ReleaseManifest manifest,
        DeltaViews views,
        IReadOnlyList<DeltaFile> files,
        IReadOnlyList<DeltaFrame> frames
    )
    {
        (Base, Manifest, Views, Files, Frames) = (from, manifest, views, files, frames);
    }

    /// <summary>The release that the delta starts from.</summary>
    public ReleaseManifest Base { get; }

    /// <summary>The new release; the SHA-256 of its files are not known yet.</summary>
    public ReleaseManifest Manifest { get; }

    internal DeltaViews Views { get; }
    internal IReadOnlyList<DeltaFile> Files { get; }
    internal IReadOnlyList<DeltaFrame> Frames { get; }

    /// <summary>Parses the head of a delta from <paramref name="from"/>, after checking length and SHA-256 against what is signed.</summary>
    /// <exception cref="ContentException">Anything that does not fit.</exception>
    public static DeltaHead Parse(ReadOnlyMemory<byte> head, HeadedObject delta, ReleaseManifest from)
    {
        ArgumentNullException.ThrowIfNull(delta);
        ArgumentNullException.ThrowIfNull(from);
        if (head.Length != delta.HeadSize || Sha256Digest.Of(head.Span) != delta.Head)
        {
            throw new ContentException(ContentException.BadFile, "The delta's head is not the one that is signed.");
        }
        var input = new ByteReader(head.Span, "delta");
        input.Magic(Magic);
        var raw = new byte[input.Int(MaxRawLength)];
        try
        {
            ZstdPrefix.Decompress(input.Raw(input.Left), from.ToBytesWithoutHashes(), raw);
        }
        catch (ZstdException e)
        {
            throw new ContentException(ContentException.Malformed, "The delta's head cannot be decompressed.", e);
        }
        var body = new ByteReader(raw, "delta");
        var manifest = ManifestFormat.Read(body.Block(), withHashes: false);
        var views = DeltaViews.Read(ref body, from, manifest);
        var files = ReadFiles(ref body, from, manifest, views);
        var frames = ReadFrames(ref body, delta);
        if (frames.Sum(f => (long)f.RawLength) != files.Sum(f => f.Steps.Sum(s => s.Literal)))
        {
            throw body.Malformed("has more or fewer literals than its files take");
        }
        ReadLikes(ref body, frames, files, [.. views.OldLengths(from), .. views.SourceLengths(manifest, files)]);
        body.End();
        return new(from, manifest, views, files, frames);
    }

    internal byte[] ToBytes()
    {
        var body = new ByteWriter();
        body.Block(Manifest.ToBytesWithoutHashes());
        Views.Write(body);
        WriteFiles(body);
        body.Number(Frames.Count);
        foreach (var frame in Frames)
        {
            body.Number(frame.CompressedLength);
            body.Number(frame.RawLength);
            body.Number128(frame.Hash);
        }
        WriteLikes(body);
        var output = new ByteWriter();
        output.Raw(Magic);
        output.Number(body.Length);
        output.Raw(ZstdPrefix.Compress(body.Written, Base.ToBytesWithoutHashes(), ZstdPrefix.Strongest));
        return output.Written.ToArray();
    }

    private void WriteFiles(ByteWriter body)
    {
        var samePath = SamePath(Base);
        var (kinds, moved, bases, counts) = (new ByteWriter(), new ByteWriter(), new ByteWriter(), new ByteWriter());
        var (literals, copies, sources, offsets) = (
            new ByteWriter(),
            new ByteWriter(),
            new ByteWriter(),
            new ByteWriter()
        );
        var places = new Places();
        var lastMoved = 0;
        for (var i = 0; i < Files.Count; )
        {
            var run = 1;
            while (i + run < Files.Count && Files[i + run].Kind == Files[i].Kind)
            {
                run++;
            }
            kinds.Number((long)run << 2 | (long)Files[i].Kind);
            i += run;
        }
        for (var i = 0; i < Files.Count; i++)
        {
            var file = Files[i];
            if (file.Kind == DeltaFileKind.Moved)
            {
                moved.Signed(file.Base - lastMoved);
                lastMoved = file.Base + 1;
            }
            if (file.Kind != DeltaFileKind.Built)
            {
                continue;
            }
            bases.Signed(file.Base - samePath.GetValueOrDefault(Manifest.Files[i].Path, -1));
            counts.Number(file.Steps.Count);
            foreach (var step in file.Steps)
            {
                literals.Number(step.Literal);
                copies.Number(step.Copy);
                if (step.Copy > 0)
                {
                    sources.Signed(step.Source - places.Source);
                    offsets.Signed(step.Offset - places.Expected(step.Source));
                    places.Take(step);
                }
            }
        }
        foreach (var column in (ByteWriter[])[kinds, moved, bases, counts, literals, copies, sources, offsets])
        {
            body.Block(column.Written);
        }
    }

    private static DeltaFile[] ReadFiles(
        ref ByteReader body,
        ReleaseManifest from,
        ReleaseManifest manifest,
        DeltaViews views
    )
    {
        var (oldLengths, newLengths) = (views.OldLengths(from), views.NewLengths(manifest));
        var samePath = SamePath(from);
        var kinds = new ByteReader(body.Block(), "delta's kinds");
        var moved = new ByteReader(body.Block(), "delta's moves");
        var bases = new ByteReader(body.Block(), "delta's bases");
        var counts = new ByteReader(body.Block(), "delta's counts");
        var literals = new ByteReader(body.Block(), "delta's literals");
        var copies = new ByteReader(body.Block(), "delta's copies");
        var sources = new ByteReader(body.Block(), "delta's sources");
        var offsets = new ByteReader(body.Block(), "delta's offsets");
        var files = new DeltaFile[manifest.Files.Count];
        var places = new Places();
        long lastMoved = 0;
        var (kind, left) = (DeltaFileKind.Same, 0L);
        for (var i = 0; i < files.Length; i++)
        {
            if (left == 0)
            {
                var run = kinds.Number((long)files.Length << 2 | 3);
                (kind, left) = ((DeltaFileKind)(run & 3), run >> 2);
                if (kind > DeltaFileKind.Built || left == 0 || left > files.Length - i)
                {
                    throw kinds.Malformed("do not fit the files");
                }
            }
            left--;
            var target = manifest.Files[i];
            var twin = samePath.GetValueOrDefault(target.Path, -1);
            var origin = kind switch
            {
                DeltaFileKind.Same => twin,
                DeltaFileKind.Moved => lastMoved + moved.Signed(),
                _ => twin + bases.Signed(),
            };
            if (origin < (kind == DeltaFileKind.Built ? -1 : 0) || origin >= from.Files.Count)
            {
                throw body.Malformed($"takes {target.Path} from a file that is not there");
            }
            if (kind == DeltaFileKind.Moved)
            {
                lastMoved = origin + 1;
            }
            if (kind != DeltaFileKind.Built)
            {
                files[i] =
                    from.Files[(int)origin].Size == target.Size
                        ? new(kind, (int)origin, [])
                        : throw body.Malformed($"takes {target.Path} from a file of another size");
                continue;
            }
            var steps = new DeltaStep[counts.Int(literals.Left)];
            long length = 0;
            for (var s = 0; s < steps.Length; s++)
            {
                var (literal, copy) = (literals.Number(), copies.Number());
                var (source, offset) = (0L, 0L);
                if (copy > 0)
                {
                    source = places.Source + sources.Signed();
                    var earlier = source - from.Files.Count;
                    if (source < 0 || earlier >= i || (earlier >= 0 && !views.IsSource((int)earlier, files[earlier])))
                    {
                        throw sources.Malformed("speak of a file that is not there");
                    }
                    offset = places.Expected((int)source) + offsets.Signed();
                    var size = earlier < 0 ? oldLengths[(int)source] : newLengths[(int)earlier];
                    if (offset < 0 || offset > size - copy)
                    {
                        throw offsets.Malformed("lead out of their files");
                    }
                }
                steps[s] = new(literal, (int)source, offset, copy);
                if (copy > 0)
                {
                    places.Take(steps[s]);
                }
                length += literal + copy;
                if (length > newLengths[i] || literal + copy == 0)
                {
                    throw body.Malformed($"builds {target.Path} longer than it is, or of nothing");
                }
            }
            files[i] =
                length == newLengths[i]
                    ? new(kind, (int)origin, steps)
                    : throw body.Malformed($"builds {target.Path} shorter than it is");
        }
        kinds.End();
        moved.End();
        bases.End();
        counts.End();
        literals.End();
        copies.End();
        sources.End();
        offsets.End();
        return files;
    }

    private static List<DeltaFrame> ReadFrames(ref ByteReader body, HeadedObject delta)
    {
        var frames = new List<DeltaFrame>(body.Count());
        long offset = delta.HeadSize;
        for (var left = frames.Capacity; left > 0; left--)
        {
            var compressed = body.Int(DeltaFrame.MaxCompressedLength);
            var raw = body.Int(DeltaFrame.MaxRawLength);
            if (compressed == 0 || raw == 0)
            {
                throw body.Malformed("has an empty frame");
            }
            frames.Add(new(offset, compressed, raw, body.Number128(), []));
            offset += compressed;
        }
        return offset == delta.Size
            ? frames
            : throw body.Malformed($"describes {offset} bytes, not the signed {delta.Size}");
    }

    private void WriteLikes(ByteWriter body)
    {
        var (counts, sources, places, lengths) = (
            new ByteWriter(),
            new ByteWriter(),
            new ByteWriter(),
            new ByteWriter()
        );
        var last = default(PrefixPiece);
        foreach (var frame in Frames)
        {
            counts.Number(frame.Like.Count);
            foreach (var piece in frame.Like)
            {
                sources.Signed(piece.Source - last.Source);
                places.Signed((piece.From / PrefixPiece.Unit) - ExpectedAfter(last, piece.Source));
                lengths.Number((piece.Length + PrefixPiece.Unit - 1) / PrefixPiece.Unit);
                last = piece;
            }
        }
        foreach (var column in (ByteWriter[])[counts, sources, places, lengths])
        {
            body.Block(column.Written);
        }
    }

    /// <param name="body">Where they are read.</param>
    /// <param name="frames">Each is given its own.</param>
    /// <param name="files">The new files.</param>
    /// <param name="sizes">Of all sources; −1: none may lean on it.</param>
    private static void ReadLikes(ref ByteReader body, List<DeltaFrame> frames, DeltaFile[] files, long[] sizes)
    {
        var counts = new ByteReader(body.Block(), "delta's counts of likes");
        var sources = new ByteReader(body.Block(), "delta's sources of likes");
        var places = new ByteReader(body.Block(), "delta's places of likes");
        var lengths = new ByteReader(body.Block(), "delta's lengths of likes");
        var last = default(PrefixPiece);
        var (file, until, start) = (-1, 0L, 0L);
        for (var i = 0; i < frames.Count; i++)
        {
            while (until <= start)
            {
                until += files[++file].Steps.Sum(s => s.Literal);
            }
            var pieces = new PrefixPiece[counts.Int(lengths.Left)];
            foreach (ref var piece in pieces.AsSpan())
            {
                var source = last.Source + sources.Signed();
                // Of the new files, those before the first that the frame is for: they are whole by then.
                if (source < 0 || source >= sizes.Length - files.Length + file || sizes[source] < 0)
                {
                    throw sources.Malformed("speak of a file that is not there");
                }
                var from = (ExpectedAfter(last, source) + places.Signed()) * PrefixPiece.Unit;
                if (from < 0 || from >= sizes[source])
                {
                    throw places.Malformed("lead out of their files");
                }
                var length = lengths.Number(LiteralPrefix.MaxLength / PrefixPiece.Unit) * PrefixPiece.Unit;
                piece = new((int)source, from, Math.Min(from + length, sizes[source]));
                last = piece;
            }
            start += frames[i].RawLength;
            frames[i] = frames[i] with { Like = pieces };
        }
        counts.End();
        sources.End();
        places.End();
        lengths.End();
    }

    /// <summary>Where the next piece is expected, in units: after the last one of the same file.</summary>
    private static long ExpectedAfter(PrefixPiece last, long source) =>
        source == last.Source ? last.To / PrefixPiece.Unit : 0;

    private static Dictionary<string, int> SamePath(ReleaseManifest from) =>
        from.Files.Select((file, number) => (file.Path, number)).ToDictionary(StringComparer.Ordinal);

    /// <summary>Where the next copy is expected: in the same source, after the last one from there.</summary>
    private sealed class Places
    {
        private readonly Dictionary<int, long> _ends = [];

        public int Source { get; private set; }

        public long Expected(int source) => _ends.GetValueOrDefault(source);

        public void Take(DeltaStep step)
        {
            Source = step.Source;
            _ends[step.Source] = step.Offset + step.Copy;
        }
    }
}
