using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Goes from a held release to the wanted one over one delta or several: fetches them, verifies what they lean on, builds the files, and
/// compares the outcome with what is signed.
/// </summary>
internal sealed class ApplyDeltas(
    FileStore files,
    PartialReleases partials,
    DiskRoom room,
    PullState state,
    ILogger<ApplyDeltas> log
)
{
    /// <returns>The manifest of the wanted release, all of whose files are in the store; null when something did not come out right: what did is there.</returns>
    /// <exception cref="ContentException">A delta is not what is signed.</exception>
    /// <exception cref="WrongAnswerException">The mirror does not have what was asked for.</exception>
    public async Task<ReleaseManifest?> Run(
        PullAttempt attempt,
        ReleaseManifest from,
        UpdatePlan plan,
        CancellationToken stop
    )
    {
        state.Running = new Transfer(attempt.Wanted.Release.Title, attempt.Meter.Bytes + plan.Bytes, attempt.Meter);
        room.Require(plan.Bytes);
        files.Keep(attempt.Id, from.Files.Select(f => f.Sha256.ToString()));
        var deltas = new List<(DeltaReference Reference, PartialObject File)>();
        try
        {
            var manifest = from;
            foreach (var delta in plan.Deltas)
            {
                deltas.Add((delta, partials.OpenObject(attempt.Id, delta.Delta)));
                var fetch = new FetchDelta(
                    attempt,
                    delta.Delta,
                    manifest,
                    deltas[^1].File,
                    head => room.Require(plan.Bytes + DeltaReader.Builds(head).Sum(f => f.Size)),
                    log
                );
                manifest = (await fetch.Run(stop)).Manifest;
            }
            return await Apply(attempt, from, deltas, stop);
        }
        catch (ContentException)
        {
            foreach (var delta in plan.Deltas)
                partials.Drop(attempt.Id, delta.Delta);
            throw;
        }
        finally
        {
            deltas.ForEach(d => d.File.Dispose());
        }
    }

    private async Task<ReleaseManifest?> Apply(
        PullAttempt attempt,
        ReleaseManifest from,
        List<(DeltaReference Reference, PartialObject File)> deltas,
        CancellationToken stop
    )
    {
        var manifest = from;
        var whole = new HashSet<Sha256Digest>();
        var skipped = 0;
        using var batch = files.Begin(attempt.Id);
        foreach (var (reference, file) in deltas)
        {
            var head = DeltaHead.Parse(file.First(reference.Delta.HeadSize), reference.Delta, manifest);
            await Verify(head, whole, stop);
            var applied = await DeltaReader.Apply(
                head,
                file.Content,
                f => whole.Contains(f.Sha256),
                f => batch.Open(f.Sha256.ToString()),
                async (_, write) =>
                {
                    var built = default(Sha256Digest);
                    await batch.Add(async stream => built = await write(stream));
                    whole.Add(built);
                },
                files.OpenScratch,
                stop
            );
            (manifest, skipped) = (applied.Manifest, applied.Skipped.Count);
        }
        if (skipped == 0 && Sha256Digest.Of(manifest.ToBytes()) == attempt.Wanted.Manifest.Sha256)
            return manifest;
        var what =
            skipped > 0
                ? $"{skipped} files could not be built, since what they lean on is damaged here"
                : "what the delta built is not what is signed";
        attempt.Note(what);
        log.LogWarning("{Package} {Release}: {What}", attempt.Wanted.Release.Package, attempt.Id, what);
        return null;
    }

    /// <summary>What the delta leans on must not have rotted on the disk. What an earlier delta of the chain has just built is hashed already.</summary>
    private async Task Verify(DeltaHead head, HashSet<Sha256Digest> whole, CancellationToken stop)
    {
        foreach (var file in DeltaReader.Needs(head))
        {
            var name = file.Sha256.ToString();
            if (whole.Contains(file.Sha256))
                continue;
            if (await files.IsWhole(name, file.Size, stop))
                whole.Add(file.Sha256);
            else
                log.LogError("{File} of the release held is damaged", file.Path);
        }
    }
}
