using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Brings files from the pack: those that are missing, by ranges, or everything in one request. Chunks that stand in held files are not fetched, and
/// neither is what an earlier attempt has brought.
/// </summary>
internal sealed class FetchPack(
    Shelf shelf,
    FileStore files,
    PartialReleases partials,
    DiskRoom room,
    PullState state,
    ILogger<FetchPack> log
)
{
    /// <summary>What had come of a frame when the link was cut: one that is cut within every frame still gets on.</summary>
    private BegunFrame? _begun;

    /// <param name="attempt">What for.</param>
    /// <param name="manifest">The release's.</param>
    /// <param name="whole">Files that are held whole.</param>
    /// <param name="isInOneGo">The pack from its first byte to its last.</param>
    /// <param name="stop">Cancels.</param>
    public async Task Run(
        PullAttempt attempt,
        ReleaseManifest manifest,
        IReadOnlySet<Sha256Digest> whole,
        bool isInOneGo,
        CancellationToken stop
    )
    {
        var missing = manifest.Files.Where(f => !whole.Contains(f.Sha256)).DistinctBy(f => f.Sha256).ToList();
        var missingBytes = missing.Sum(f => f.Size);
        room.Require(isInOneGo ? manifest.Pack.HeadSize + manifest.Size + missingBytes : missingBytes);
        var (index, rest) = await Head(attempt, manifest, isInOneGo, stop);
        await using (rest)
        {
            using var partial = partials.OpenChunks(attempt.Id);
            using var held = await Held(attempt, manifest, index, whole, missing, partial, isInOneGo, stop);
            var plan = rest is null
                ? FetchPlan.Of(
                    index,
                    missing.SelectMany(index.ChunksOf).Where(c => !partial.Holds(c) && !held.Holds(c.Id))
                )
                : new FetchPlan(
                    [
                        new(
                            new(manifest.Pack.HeadSize, manifest.Pack.Size - manifest.Pack.HeadSize),
                            0,
                            index.Frames.Count
                        ),
                    ],
                    index.Chunks.Count
                );
            Explain(attempt, index, plan, held, partial.Count);
            if (rest is null)
                attempt.Ask(plan.Bytes, plan.Ranges.Count, $"{plan.Bytes} bytes of the pack");
            room.Require(RawBytes(plan, index) + missingBytes);
            state.Running = new Transfer(attempt.Wanted.Release.Title, attempt.Meter.Bytes + plan.Bytes, attempt.Meter);
            await Fetch(attempt, manifest, index, plan, rest, partial, stop);
            await Assemble(attempt, manifest, index, missing, partial, held, stop);
        }
    }

    /// <summary>The pack's head, going on after a cut where it was. In one go, the frames follow in the same answer.</summary>
    private async Task<(PackIndex Index, Stream? Frames)> Head(
        PullAttempt attempt,
        ReleaseManifest manifest,
        bool isInOneGo,
        CancellationToken stop
    )
    {
        var pack = manifest.Pack;
        using var file = partials.OpenObject(attempt.Id, pack);
        if (Parsed() is { } known)
            return (known, null);
        file.CutUnsure(0);
        for (var isSecond = false; ; isSecond = true)
        {
            Stream? source = null;
            try
            {
                source = await FetchObject.Rest(
                    file,
                    pack,
                    isInOneGo ? pack.Size : pack.HeadSize,
                    attempt.Mirror,
                    stop
                );
                await FetchObject.Fill(file, source, pack.HeadSize, () => Task.FromResult(true), stop);
                if (Parsed(mayThrow: isSecond) is { } index)
                {
                    file.Sync();
                    var frames = isInOneGo ? source : null;
                    source = isInOneGo ? null : source;
                    return (index, frames);
                }
            }
            catch (WrongAnswerException fault) when (file.Length > 0 && !isSecond)
            {
                log.LogWarning("{Mirror} gave a wrong head: {Reason}", attempt.Where, fault.Message);
                file.CutTo(0);
            }
            finally
            {
                if (source is not null)
                    await source.DisposeAsync();
            }
        }

        PackIndex? Parsed(bool mayThrow = false)
        {
            if (file.Length < pack.HeadSize)
                return null;
            try
            {
                return PackIndex.Parse(file.First(pack.HeadSize), manifest);
            }
            catch (ContentException fault) when (!mayThrow)
            {
                log.LogWarning("{Mirror} gave a wrong head: {Reason}", attempt.Where, fault.Message);
                file.CutTo(0);
                return null;
            }
        }
    }

    /// <summary>Looks into files of releases that have to do with this one: earlier ones of the package, and those that share a file with it.</summary>
    private async Task<HeldChunks> Held(
        PullAttempt attempt,
        ReleaseManifest manifest,
        PackIndex index,
        IReadOnlySet<Sha256Digest> whole,
        List<ManifestFile> missing,
        PartialRelease partial,
        bool isInOneGo,
        CancellationToken stop
    )
    {
        var wanted = isInOneGo
            ? []
            : missing.SelectMany(index.ChunksOf).Where(c => !partial.Holds(c)).Select(c => c.Id).ToHashSet();
        var known = whole.Select(w => w.ToString()).ToHashSet(StringComparer.Ordinal);
        // What the disk has spoilt of them is cut as the pack says, whatever its tables say now.
        var spoilt = missing.ToDictionary(f => f.Sha256.ToString(), StringComparer.Ordinal);
        var names = shelf
            .Kin(attempt.Wanted.Release.Package, manifest)
            .SelectMany(r => r.Files)
            .Select(f => f.Sha256)
            .Where(f => !known.Contains(f))
            .Distinct(StringComparer.Ordinal);
        return await HeldChunks.Find(
            names.Select(name => new HeldFile(
                files.PathOf(name),
                spoilt.TryGetValue(name, out var file) ? content => index.See(file, content) : ReleaseBuilder.See
            )),
            wanted,
            stop
        );
    }

    private void Explain(PullAttempt attempt, PackIndex index, FetchPlan plan, HeldChunks held, int resumed)
    {
        var what =
            $"{plan.MissingChunks} of {index.Chunks.Count} chunks missing, {held.Count} in files held, {resumed} from an earlier attempt: "
            + $"{plan.Bytes} bytes in {plan.Ranges.Count} ranges";
        attempt.Note(what);
        log.LogInformation("{Package} {Release}: {What}", attempt.Wanted.Release.Package, attempt.Id, what);
    }

    private async Task Fetch(
        PullAttempt attempt,
        ReleaseManifest manifest,
        PackIndex index,
        FetchPlan plan,
        Stream? first,
        PartialRelease partial,
        CancellationToken stop
    )
    {
        foreach (var range in plan.Ranges.Where(r => r.FrameCount > 0))
        {
            var (at, length) = (range.Range.Offset, range.Range.Length);
            var begun = first is null && _begun?.Pack == manifest.Pack.Head && _begun.At == at ? _begun.Bytes : default;
            await using var opened = first is null
                ? await attempt.Mirror.OpenContent(
                    manifest.Pack.PlanePath,
                    new(at + begun.Length, length - begun.Length),
                    stop
                ) ?? throw new WrongAnswerException($"There is no {manifest.Pack.PlanePath}.")
                : null;
            // Used once: it may be that which is wrong.
            if (begun.Length > 0)
                _begun = null;
            await using var frames = new FrameStream(first ?? opened!, begun);
            try
            {
                await foreach (var chunk in PackReader.Read(index, range, frames, stop))
                {
                    frames.FrameEnds();
                    partial.Add(chunk);
                    attempt.HasPackCome = true;
                }
            }
            catch (Exception cut) when (cut is not ContentException)
            {
                _begun = new(manifest.Pack.Head, at + frames.Start, frames.Frame);
                throw;
            }
        }
    }

    /// <summary>
    /// Puts the files together. Two chunks may have the same short id, and the disk may have rotted: a file that does not come out right is
    /// fetched once without what was held of it.
    /// </summary>
    private async Task Assemble(
        PullAttempt attempt,
        ReleaseManifest manifest,
        PackIndex index,
        List<ManifestFile> missing,
        PartialRelease partial,
        HeldChunks held,
        CancellationToken stop
    )
    {
        var spoilt = new List<ManifestFile>();
        using var batch = files.Begin(attempt.Id);
        foreach (var file in missing)
        {
            try
            {
                await Write(file, chunk => partial.Holds(chunk) ? partial.Read(chunk) : held.Read(chunk.Id));
            }
            catch (ContentException fault)
            {
                log.LogWarning("{File} did not come out right from what is held: {Reason}", file.Path, fault.Message);
                spoilt.Add(file);
            }
        }
        if (spoilt.Count == 0)
            return;
        var plan = FetchPlan.Of(index, spoilt.SelectMany(index.ChunksOf));
        attempt.Note(
            attempt.Ask(
                plan.Bytes,
                plan.Ranges.Count,
                $"{spoilt.Count} files fetched anew: {plan.Bytes} bytes in {plan.Ranges.Count} ranges"
            )
        );
        await Fetch(attempt, manifest, index, plan, null, partial, stop);
        foreach (var file in spoilt)
            await Write(file, partial.Read);

        Task Write(ManifestFile file, Func<PackChunk, byte[]> read) =>
            batch.Add(async stream =>
            {
                await PackReader.Assemble(file, index, (chunk, _) => new(read(chunk)), stream, stop);
                return file.Sha256;
            });
    }

    private static long RawBytes(FetchPlan plan, PackIndex index) =>
        plan.Ranges.Sum(r => Enumerable.Range(r.FirstFrame, r.FrameCount).Sum(f => (long)index.Frames[f].RawLength));

    private sealed record BegunFrame(Sha256Digest Pack, long At, ReadOnlyMemory<byte> Bytes);
}
