using System.Buffers.Binary;
using System.Security.Cryptography;
using LaiChau.Distribution.Content.Containers;
using ZstdSharp;

namespace LaiChau.Distribution.Content.Deltas;

/// <summary>What came of a delta.</summary>
/// <param name="Manifest">The new release, with the hashes of what was built; check the digest of its bytes against the signed one.</param>
/// <param name="Skipped">Files that could not be built, because what they lean on is damaged or gone: their hashes are not in the manifest.</param>
public sealed record AppliedDelta(ReleaseManifest Manifest, IReadOnlyList<ManifestFile> Skipped);

/// <summary>Builds the files of a new release from those of its base and a delta, at the point. Memory: one frame and its prefix, 4 MiB at most.</summary>
public static class DeltaReader
{
    /// <summary>Where a frame lies in the delta.</summary>
    public static IReadOnlyList<ByteRange> Frames(DeltaHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return [.. head.Frames.Select(f => new ByteRange(f.Offset, f.CompressedLength))];
    }

    /// <summary>Checks a frame in a file of the delta's first bytes; memory is one small buffer.</summary>
    /// <exception cref="ContentException">
    /// <see cref="ContentException.BadFrame"/>: other bytes than the head names; <see cref="ContentException.Truncated"/>: the file ends within it.
    /// </exception>
    public static async Task Check(DeltaHead head, int number, Stream delta, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(delta);
        var expected = head.Frames[number];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Math.Min(expected.CompressedLength, 64 * 1024)];
        delta.Position = expected.Offset;
        for (var left = expected.CompressedLength; left > 0; )
        {
            var piece = buffer.AsMemory(0, Math.Min(left, buffer.Length));
            if (await delta.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, ct) < piece.Length)
            {
                throw new ContentException(ContentException.Truncated, $"The delta ends within frame {number}.");
            }
            hash.AppendData(piece.Span);
            left -= piece.Length;
        }
        if (BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset()) != expected.Hash)
        {
            throw BadFrame(number);
        }
    }

    /// <summary>The files that <see cref="Apply"/> writes, if all that they lean on is usable; their hashes are not known yet.</summary>
    public static IReadOnlyList<ManifestFile> Builds(DeltaHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return [.. head.Manifest.Files.Where((_, number) => head.Files[number].Kind == DeltaFileKind.Built)];
    }

    /// <summary>The base's files that the delta reads: check them before building on them.</summary>
    public static IReadOnlyList<ManifestFile> Needs(DeltaHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        var numbers = head
            .Files.SelectMany(f => f.Steps.Where(s => s.Copy > 0).Select(s => s.Source).Append(f.Base))
            .Concat(head.Frames.SelectMany(f => f.Like.Select(p => p.Source)))
            .Where(n => n >= 0 && n < head.Base.Files.Count)
            .Distinct()
            .Order();
        return [.. numbers.Select(n => head.Base.Files[n])];
    }

    /// <summary>Builds every file of the new release that the base does not hold whole.</summary>
    /// <param name="head">The delta's head.</param>
    /// <param name="delta">The delta, seekable; every frame is checked again.</param>
    /// <param name="isUsable">False for a file of the base that is gone or damaged.</param>
    /// <param name="open">Opens a file of the base, or one that was taken before, by its SHA-256; seekable.</param>
    /// <param name="take">
    /// Called for each file that is built: opens where it goes, lets the function given write it (which returns its SHA-256), and keeps it.
    /// </param>
    /// <param name="openScratch">Opens an empty file, to be written and read, that is gone once closed: containers are seen through it.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ContentException">A bad frame. What was taken before is whole all the same.</exception>
    public static async Task<AppliedDelta> Apply(
        DeltaHead head,
        Stream delta,
        Func<ManifestFile, bool> isUsable,
        Func<ManifestFile, Stream> open,
        Func<ManifestFile, Func<Stream, Task<Sha256Digest>>, Task> take,
        Func<Stream> openScratch,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(head);
        using var application = new Application(head, delta, isUsable, open, take, openScratch);
        return await application.Run(ct);
    }

    private static ContentException BadFrame(int number) =>
        new(ContentException.BadFrame, $"Frame {number} of the delta is not the one its head names.");

    private sealed class Application : IDisposable
    {
        private const int CopyBuffer = 64 * 1024;
        private const int MostViews = 4;

        private readonly DeltaHead _head;
        private readonly Stream _delta;
        private readonly Func<ManifestFile, Stream> _open;
        private readonly Func<ManifestFile, Func<Stream, Task<Sha256Digest>>, Task> _take;
        private readonly LiteralPrefix _prefixes;
        private readonly Func<Stream> _openScratch;
        private readonly Queue<(int Number, Stream Content)> _views = [];
        private readonly bool?[] _areFramesUsable;
        private readonly bool[] _usable;
        private readonly ManifestFile[] _files;
        private readonly byte[] _buffer = new byte[CopyBuffer];

        // Made once, since what is outgrown stays in memory for a while.
        private readonly byte[] _raw;
        private readonly byte[] _prefix;
        private (int Number, Stream Content)? _source;
        private int _frame = -1;
        private long _frameStart;
        private long _frameEnd;
        private bool _isFrameGood;
        private long _literal;

        public Application(
            DeltaHead head,
            Stream delta,
            Func<ManifestFile, bool> isUsable,
            Func<ManifestFile, Stream> open,
            Func<ManifestFile, Func<Stream, Task<Sha256Digest>>, Task> take,
            Func<Stream> openScratch
        )
        {
            (_head, _delta, _open, _take, _openScratch) = (head, delta, open, take, openScratch);
            _prefixes = new(head.Views.OldLengths(head.Base), head.Files);
            _areFramesUsable = new bool?[head.Frames.Count];
            _usable = [.. head.Base.Files.Select(isUsable), .. head.Files.Select(_ => false)];
            _files = [.. head.Manifest.Files];
            _raw = new byte[head.Frames.Select(f => f.RawLength).DefaultIfEmpty().Max()];
            _prefix = new byte[LongestPrefix()];
        }

        private long LongestPrefix()
        {
            var (from, longest) = (0L, 0L);
            for (var i = 0; i < _head.Frames.Count; i++)
            {
                var to = from + _head.Frames[i].RawLength;
                var length = PrefixOf(i, from, to).Sum(p => p.To - p.From);
                if (length > LiteralPrefix.MaxLength)
                {
                    throw new ContentException(ContentException.Malformed, $"Frame {i} leans on {length} bytes.");
                }
                (from, longest) = (to, Math.Max(longest, length));
            }
            return longest;
        }

        private IEnumerable<PrefixPiece> PrefixOf(int frame, long from, long to) =>
            _head.Frames[frame].Like.Concat(_prefixes.Of(from, to));

        public async Task<AppliedDelta> Run(CancellationToken ct)
        {
            var skipped = new List<ManifestFile>();
            for (var i = 0; i < _files.Length; i++)
            {
                ct.ThrowIfCancellationRequested();
                var made = _head.Files[i];
                var literals = made.Steps.Sum(s => s.Literal);
                if (made.Kind != DeltaFileKind.Built)
                {
                    if (_usable[made.Base])
                    {
                        _files[i] = _files[i] with { Sha256 = _head.Base.Files[made.Base].Sha256 };
                    }
                    else
                    {
                        skipped.Add(_files[i]);
                    }
                }
                else if (CanBuild(made, literals))
                {
                    var hash = default(Sha256Digest);
                    var view = _head.Views.New.GetValueOrDefault(i);
                    await _take(
                        _files[i],
                        async stream =>
                            hash = view is null ? await Write(made, stream, ct) : await Pack(made, view, stream, ct)
                    );
                    _files[i] = _files[i] with { Sha256 = hash };
                    _usable[_head.Base.Files.Count + i] = true;
                }
                else
                {
                    _literal += literals;
                    skipped.Add(_files[i]);
                }
            }
            return new(_head.Manifest with { Files = _files }, skipped);
        }

        public void Dispose()
        {
            _source?.Content.Dispose();
            foreach (var view in _views)
            {
                view.Content.Dispose();
            }
        }

        private bool CanBuild(DeltaFile made, long literals) =>
            made.Steps.All(s => s.Copy == 0 || _usable[s.Source])
            && FramesOf(_literal, literals)
                .All(f =>
                    _areFramesUsable[f.Number] ??= PrefixOf(f.Number, f.From, f.To).All(piece => _usable[piece.Source])
                );

        private IEnumerable<(int Number, long From, long To)> FramesOf(long start, long length)
        {
            var from = Math.Max(0, _frameStart);
            for (var i = Math.Max(0, _frame); i < _head.Frames.Count && from < start + length; i++)
            {
                var to = from + _head.Frames[i].RawLength;
                if (to > start && length > 0)
                {
                    yield return (i, from, to);
                }
                from = to;
            }
        }

        private async Task<Sha256Digest> Write(DeltaFile made, Stream destination, CancellationToken ct)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var step in made.Steps)
            {
                for (var left = step.Literal; left > 0; )
                {
                    await Advance(ct);
                    var length = (int)Math.Min(left, _frameEnd - _literal);
                    var piece = _raw.AsMemory((int)(_literal - _frameStart), length);
                    hash.AppendData(piece.Span);
                    await destination.WriteAsync(piece, ct);
                    _literal += length;
                    left -= length;
                }
                if (step.Copy == 0)
                {
                    continue;
                }
                var source = Source(step.Source);
                source.Position = step.Offset;
                for (var left = step.Copy; left > 0; )
                {
                    var piece = _buffer.AsMemory(0, (int)Math.Min(left, _buffer.Length));
                    await source.ReadExactlyAsync(piece, ct);
                    hash.AppendData(piece.Span);
                    await destination.WriteAsync(piece, ct);
                    left -= piece.Length;
                }
            }
            return new(hash.GetHashAndReset());
        }

        /// <summary>Makes the frame that holds the next literal the current one.</summary>
        private async Task Advance(CancellationToken ct)
        {
            while (_literal >= _frameEnd)
            {
                _frame++;
                _frameStart = _frameEnd;
                _frameEnd += _head.Frames[_frame].RawLength;
                _isFrameGood = false;
            }
            if (_isFrameGood)
            {
                return;
            }
            var frame = _head.Frames[_frame];
            await Check(_head, _frame, _delta, ct);
            Decompress(frame);
            _isFrameGood = true;
        }

        private void Decompress(DeltaFrame frame)
        {
            var filled = 0;
            foreach (var piece in PrefixOf(_frame, _frameStart, _frameEnd))
            {
                var source = Source(piece.Source);
                source.Position = piece.From;
                source.ReadExactly(_prefix, filled, piece.Length);
                filled += piece.Length;
            }
            try
            {
                _delta.Position = frame.Offset;
                ZstdPrefix.Decompress(
                    _delta,
                    frame.CompressedLength,
                    _prefix.AsSpan(0, filled),
                    _raw.AsSpan(0, frame.RawLength)
                );
            }
            catch (ZstdException e)
            {
                throw new ContentException(ContentException.BadFrame, $"Frame {_frame} cannot be decompressed.", e);
            }
        }

        /// <summary>Builds what the view shows, and packs the file from it.</summary>
        private async Task<Sha256Digest> Pack(DeltaFile made, FileView view, Stream destination, CancellationToken ct)
        {
            await using var seen = _openScratch();
            await Write(made, seen, ct);
            seen.Position = 0;
            using var sha256 = SHA256.Create();
            await using (var hashed = new CryptoStream(destination, sha256, CryptoStreamMode.Write, leaveOpen: true))
            {
                view.Deflate(seen, hashed);
            }
            return new(sha256.Hash);
        }

        private Stream Source(int number)
        {
            if (_head.Views.Old.TryGetValue(number, out var view))
            {
                return View(number, view);
            }
            if (_source?.Number != number)
            {
                _source?.Content.Dispose();
                var from = _head.Base.Files;
                _source = (number, _open(number < from.Count ? from[number] : _files[number - from.Count]));
            }
            return _source.Value.Content;
        }

        private Stream View(int number, FileView view)
        {
            if (_views.FirstOrDefault(v => v.Number == number).Content is { } known)
            {
                return known;
            }
            using var file = _open(_head.Base.Files[number]);
            var content = _openScratch();
            view.Inflate(file, content);
            _views.Enqueue((number, content));
            if (_views.Count > MostViews)
            {
                _views.Dequeue().Content.Dispose();
            }
            return content;
        }
    }
}
