using LaiChau.Distribution.Content.Containers;

namespace LaiChau.Distribution.Content.Deltas;

/// <summary>A delta ready to be put into the plane: its frames were streamed out, its head is at hand.</summary>
/// <param name="Delta">What is signed of it.</param>
/// <param name="Head">Its head: the object is these bytes, then the frames.</param>
public sealed record BuiltDelta(HeadedObject Delta, ReadOnlyMemory<byte> Head);

/// <summary>
/// Makes the delta from one release to another, on the publisher's side. Memory is bounded whatever their size: about 40 bytes for every 2 KiB of files that
/// are looked at, two million samples of them, one frame, one prefix. The same input gives the same bytes.
/// </summary>
public sealed class DeltaBuilder
{
    // Old files that the new release still has are searched for copies too, but not films. Those of the same name as a new one, of another year or
    // language, are often more like it than the one in its own place.
    private const long LargestUnchangedSource = 256 * 1024;
    private const long LargestUnchangedNamesake = 16 * 1024 * 1024;
    private const long MostUnchangedBytes = 32 * 1024 * 1024;

    // What a point may spend on packing containers again: CPU-seconds.
    private const double LeastRepacking = 1;
    private const double RepackingPerByte = 0.5 / 100e6;

    private readonly ReleaseManifest _from;
    private readonly ReleaseManifest _to;
    private readonly Func<ManifestFile, CancellationToken, Task<Stream>> _openOld;
    private readonly Func<ManifestFile, CancellationToken, Task<Stream>> _openNew;
    private readonly Func<FileStream> _openScratch;
    private readonly Dictionary<string, int> _oldByPath;
    private readonly Dictionary<Sha256Digest, int> _oldByHash = [];
    private readonly DeltaFile[] _files;
    private DeltaViews _views = new(new Dictionary<int, FileView>(), new Dictionary<int, FileView>());

    private DeltaBuilder(
        ReleaseManifest from,
        ReleaseManifest to,
        Func<ManifestFile, CancellationToken, Task<Stream>> openOld,
        Func<ManifestFile, CancellationToken, Task<Stream>> openNew,
        Func<FileStream> openScratch
    )
    {
        (_from, _to, _openOld, _openNew, _openScratch) = (from, to, openOld, openNew, openScratch);
        _oldByPath = from.Files.Select((f, i) => (f.Path, i)).ToDictionary(StringComparer.Ordinal);
        for (var i = 0; i < from.Files.Count; i++)
        {
            _oldByHash.TryAdd(from.Files[i].Sha256, i);
        }
        _files = new DeltaFile[to.Files.Count];
    }

    /// <summary>Builds it.</summary>
    /// <param name="from">The release that points hold.</param>
    /// <param name="to">The release that they want.</param>
    /// <param name="openOld">Opens a file of the former; called for files that matter, twice at most for each.</param>
    /// <param name="openNew">Opens a file of the latter; called for files that are new, twice at most for each.</param>
    /// <param name="openScratch">Opens an empty file that is gone once closed; for about the bytes that changed.</param>
    /// <param name="frames">Where the delta's frames go, in order.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when there is nothing to gain: it would spare less than a thousandth of the pack.</returns>
    public static async Task<BuiltDelta?> Build(
        ReleaseManifest from,
        ReleaseManifest to,
        Func<ManifestFile, CancellationToken, Task<Stream>> openOld,
        Func<ManifestFile, CancellationToken, Task<Stream>> openNew,
        Func<FileStream> openScratch,
        Stream frames,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var builder = new DeltaBuilder(from, to, openOld, openNew, openScratch);
        var head = await builder.Run(frames, ct);
        var headBytes = head.ToBytes();
        var size = headBytes.Length + head.Frames.Sum(f => (long)f.CompressedLength);
        if (size >= to.Pack.Size - (to.Pack.Size / 1000) || headBytes.Length > HeadedObject.MaxHeadSize)
        {
            return null;
        }
        var delta = new HeadedObject(Sha256Digest.Of(headBytes), headBytes.Length, size);
        // What no reader would take must not be published.
        _ = DeltaHead.Parse(headBytes, delta, from);
        return new(delta, headBytes);
    }

    private async Task<DeltaHead> Run(Stream frames, CancellationToken ct)
    {
        var built = Sort();
        _views = await OpenContainers(built, ct);
        var sources = Sources(built);
        using var olds = new Spool(_openScratch());
        using var news = new Spool(_openScratch());
        var granularity = CopyFinder.GranularityFor(
            sources.Sum(s => _from.Files[s].Size) + built.Sum(b => _to.Files[b].Size)
        );
        var finder = new CopyFinder(olds, news, granularity);
        foreach (var source in sources)
        {
            await using var content = await _openOld(_from.Files[source], ct);
            await using var seen = await See(content, _views.Old.GetValueOrDefault(source), ct);
            await finder.Learn(source, seen, ct);
        }
        var places = new List<(DeltaFile File, long At)>();
        foreach (var number in built)
        {
            await using var content = await _openNew(_to.Files[number], ct);
            await using var seen = await See(content, _views.New.GetValueOrDefault(number), ct);
            var twin = _files[number].Base;
            var source = _views.New.ContainsKey(number) ? (int?)null : _from.Files.Count + number;
            var (steps, at) = await finder.Find(source, seen, twin, ct);
            _files[number] = new(DeltaFileKind.Built, BaseOf(twin, steps), steps);
            places.Add((_files[number], at));
        }
        var prefixes = new LiteralPrefix(_views.OldLengths(_from), _files);
        var likeness = new Likeness(finder, olds.Length + news.Length);
        using var writer = new FrameWriter(
            new Literals(places, news),
            prefixes,
            likeness,
            finder,
            _from.Files.Count,
            frames
        );
        return new(_from, _to, _views, _files, await writer.Run(ct));
    }

    /// <summary>
    /// Opens the deflate streams that are not the same in a new file and its base, as far as they can be packed again bit for bit, and a point has the
    /// time for it.
    /// </summary>
    private async Task<DeltaViews> OpenContainers(List<int> built, CancellationToken ct)
    {
        var (olds, news) = (new Dictionary<int, FileView>(), new Dictionary<int, FileView>());
        var seconds = LeastRepacking + (_to.Size * RepackingPerByte);
        foreach (var number in built)
        {
            var twin = _files[number].Base;
            if (twin < 0 || olds.ContainsKey(twin) || await Unpack(_openNew, _to.Files[number], ct) is not { } changed)
            {
                continue;
            }
            await using (changed)
            {
                if (await Unpack(_openOld, _from.Files[twin], ct) is not { } old)
                {
                    continue;
                }
                await using (old)
                {
                    var (before, after) = FileView.Between(old, changed, seconds);
                    if (after.Streams.Count > 0 && CanBeSeen(old, before))
                    {
                        seconds -= after.Streams.Sum(s => s.Recipe!.Value.CostOf(s.Packed.RawLength));
                        news.Add(number, after);
                        olds.Add(twin, before);
                    }
                }
            }
        }
        return new(olds, news);
    }

    /// <summary>What the scanner reads, the runtime's stricter inflate may not.</summary>
    private static bool CanBeSeen(Stream file, FileView view)
    {
        try
        {
            view.Inflate(file, Stream.Null);
            return true;
        }
        catch (ContentException)
        {
            return false;
        }
    }

    /// <summary>A container in a scratch file, where it can be read to and fro; null for anything else.</summary>
    private async Task<FileStream?> Unpack(
        Func<ManifestFile, CancellationToken, Task<Stream>> open,
        ManifestFile file,
        CancellationToken ct
    )
    {
        await using var content = await open(file, ct);
        var head = new byte[ContainerScanner.HeadSize];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return ContainerScanner.IsContainer(head.AsSpan(0, length))
            ? await Copy(new HeadedStream(head.AsMemory(0, length), content), ct)
            : null;
    }

    /// <summary>A file as its view shows it.</summary>
    private async Task<Stream> See(Stream content, FileView? view, CancellationToken ct)
    {
        if (view is null)
        {
            return content;
        }
        await using var file = await Copy(content, ct);
        var seen = _openScratch();
        view.Inflate(file, seen);
        seen.Position = 0;
        return seen;
    }

    private async Task<FileStream> Copy(Stream content, CancellationToken ct)
    {
        var file = _openScratch();
        await content.CopyToAsync(file, ct);
        return file;
    }

    /// <summary>Decides for every new file how it comes about; returns those to be built.</summary>
    private List<int> Sort()
    {
        var built = new List<int>();
        for (var i = 0; i < _files.Length; i++)
        {
            var file = _to.Files[i];
            if (_oldByPath.TryGetValue(file.Path, out var twin) && _from.Files[twin].Sha256 == file.Sha256)
            {
                _files[i] = new(DeltaFileKind.Same, twin, []);
            }
            else if (_oldByHash.TryGetValue(file.Sha256, out var moved))
            {
                _files[i] = new(DeltaFileKind.Moved, moved, []);
            }
            else
            {
                _files[i] = new(DeltaFileKind.Built, LikelyBase(file), []);
                built.Add(i);
            }
        }
        return built;
    }

    /// <summary>The old file of the same path, else of the same name, else the nearest of the same kind.</summary>
    private int LikelyBase(ManifestFile file)
    {
        if (_oldByPath.TryGetValue(file.Path, out var twin))
        {
            return twin;
        }
        var name = NameOf(file);
        var extension = Path.GetExtension(name);
        var (best, bestScore) = (-1, 0L);
        for (var i = 0; i < _from.Files.Count; i++)
        {
            var path = _from.Files[i].Path;
            if (
                !path.EndsWith(extension, StringComparison.Ordinal)
                || _from.Files[i].Size > 4 * Math.Max(file.Size, 4096)
            )
            {
                continue;
            }
            var isNamesake = path.EndsWith(name, StringComparison.Ordinal) && path[..^name.Length].EndsWith('/');
            var score = (isNamesake ? 10_000L : 1) + path.AsSpan().CommonPrefixLength(file.Path);
            if (score > bestScore)
            {
                (best, bestScore) = (i, score);
            }
        }
        return best;
    }

    /// <summary>The old files in which copies are looked for.</summary>
    private List<int> Sources(List<int> built)
    {
        if (built.Count == 0)
        {
            return [];
        }
        var kept = _files.Where(f => f.Kind != DeltaFileKind.Built).Select(f => f.Base).ToHashSet();
        var bases = built.Select(b => _files[b].Base).Where(b => b >= 0).ToHashSet();
        var names = built.Select(b => NameOf(_to.Files[b])).ToHashSet(StringComparer.Ordinal);
        var sources = new List<int>();
        long unchanged = 0;
        for (var i = 0; i < _from.Files.Count; i++)
        {
            if (!kept.Contains(i) || bases.Contains(i))
            {
                sources.Add(i);
            }
            else if (_from.Files[i].Size <= Largest(_from.Files[i]) && unchanged < MostUnchangedBytes)
            {
                unchanged += _from.Files[i].Size;
                sources.Add(i);
            }
        }
        return sources;

        long Largest(ManifestFile file) =>
            names.Contains(NameOf(file)) ? LargestUnchangedNamesake : LargestUnchangedSource;
    }

    private static string NameOf(ManifestFile file) => file.Path[(file.Path.LastIndexOf('/') + 1)..];

    /// <summary>Where most of a file came from is what the rest of it is most like.</summary>
    private int BaseOf(int twin, List<DeltaStep> steps)
    {
        var copied = steps
            .Where(s => s.Copy > 0 && s.Source < _from.Files.Count)
            .GroupBy(s => s.Source)
            .ToDictionary(g => g.Key, g => g.Sum(s => s.Copy));
        return copied.Count == 0 ? twin : copied.MaxBy(c => (c.Value, c.Key == twin)).Key;
    }
}
