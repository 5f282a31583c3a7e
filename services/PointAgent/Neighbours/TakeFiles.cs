using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>
/// Brings what neighbours offer of a release into the store, whole files, each resumed where it was cut and hashed before it counts. What they do
/// not give, or give wrong, is left to the ways after this one.
/// </summary>
internal sealed class TakeFiles(
    AskNeighbours ask,
    Neighbourhood neighbourhood,
    NeighbourClient client,
    FileStore store,
    PartialReleases partials,
    DiskRoom room,
    PullState state,
    TimeProvider time,
    ILogger<TakeFiles> log
)
{
    private const int Step = 64 * 1024;

    /// <summary>Bytes a second that a neighbour has to bring, eight times what the link does, once it had time to begin.</summary>
    private const long Slowest = 64 * 1024;
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(20);

    /// <summary>An alert comes over the link rather than wait for a neighbour that dawdles.</summary>
    private static readonly TimeSpan UrgentPatience = TimeSpan.FromSeconds(10);

    /// <returns>The manifest, if it is known now.</returns>
    /// <exception cref="NoRoomException">There is none for what is offered.</exception>
    public async Task<ReleaseManifest?> Run(PullAttempt attempt, ReleaseManifest? manifest, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (attempt.Wanted.Release.Priority == ReleasePriority.Urgent)
            patience.CancelAfter(UrgentPatience);
        while (!patience.IsCancellationRequested && attempt.Offers.TryDequeue(out var offer))
        {
            var meter = new TrafficMeter();
            var taken = 0;
            try
            {
                manifest ??= await Manifest(attempt, offer, patience.Token);
                if (manifest is null)
                    continue;
                foreach (var file in await Wanted(attempt, manifest, offer, meter, patience.Token))
                {
                    await Take(attempt, offer.Neighbour, file, meter, patience.Token);
                    taken++;
                }
            }
            catch (WrongAnswerException lie)
            {
                ask.Failed(offer.Neighbour, lie.Message, hasLied: true);
            }
            catch (Exception error)
                when (Server.IsUnreachable(error, stop) && !FullDisk.Caused(error) && !FailingDisk.Caused(error))
            {
                ask.Failed(offer.Neighbour, error.Message);
            }
            finally
            {
                Note(attempt, offer.Neighbour, taken, meter.Bytes);
            }
        }
        return manifest;
    }

    private async Task<ReleaseManifest?> Manifest(PullAttempt attempt, Offer offer, CancellationToken stop)
    {
        var signed = attempt.Wanted.Manifest;
        if (!offer.HasRelease || !attempt.Wanted.IsFetchable)
            return null;
        var bytes = await client.Manifest(offer.Neighbour, attempt.Id, signed.Length, stop);
        if (Sha256Digest.Of(bytes) != signed.Sha256)
            throw new WrongAnswerException($"the manifest of {attempt.Id} has another hash");
        var manifest = ReleaseManifest.Parse(bytes);
        partials.Keep(manifest);
        return manifest;
    }

    private async Task<List<ManifestFile>> Wanted(
        PullAttempt attempt,
        ReleaseManifest manifest,
        Offer offer,
        TrafficMeter meter,
        CancellationToken stop
    )
    {
        store.Keep(attempt.Id, manifest.Files.Select(f => f.Sha256.ToString()));
        var wanted = new List<ManifestFile>();
        foreach (var file in ask.Missing(manifest).Where(f => offer.Has(f.Sha256.ToString())))
            if (!await store.IsWhole(file.Sha256.ToString(), file.Size, stop))
                wanted.Add(file);
        if (wanted.Count == 0)
            return wanted;
        var bytes = wanted.Sum(f => f.Size);
        room.Require(bytes);
        state.Running = new Transfer(attempt.Wanted.Release.Title, bytes, meter);
        return wanted;
    }

    private async Task Take(
        PullAttempt attempt,
        Neighbour neighbour,
        ManifestFile file,
        TrafficMeter meter,
        CancellationToken stop
    )
    {
        string path;
        using (var partial = partials.OpenFile(attempt.Id, file.Sha256))
        {
            path = partial.Path;
            partial.CutUnsure(0);
            while (!await IsRight(partial, neighbour, file, meter, stop))
                log.LogWarning("{File} did not come out right from what was begun earlier: again", file.Path);
        }
        store.Adopt(attempt.Id, path, file.Sha256.ToString());
        neighbourhood.Gave(neighbour, file.Size);
    }

    /// <returns>False: what an earlier neighbour began, or the disk kept, was wrong, and is cut off.</returns>
    /// <exception cref="WrongAnswerException">All of it came from this neighbour, and is something else.</exception>
    private async Task<bool> IsRight(
        PartialObject partial,
        Neighbour neighbour,
        ManifestFile file,
        TrafficMeter meter,
        CancellationToken stop
    )
    {
        partial.CutTo(file.Size);
        var begun = partial.Length;
        if (begun < file.Size)
            await Fill(partial, neighbour, file, meter, stop);
        partial.Sync();
        partial.Content.Position = 0;
        if (await Sha256Digest.OfAsync(partial.Content, stop) == file.Sha256)
            return true;
        partial.CutTo(0);
        return begun > 0 ? false : throw new WrongAnswerException($"{file.Sha256} came with other bytes");
    }

    private async Task Fill(
        PartialObject partial,
        Neighbour neighbour,
        ManifestFile file,
        TrafficMeter meter,
        CancellationToken stop
    )
    {
        var (since, before) = (time.GetTimestamp(), partial.Length);
        var buffer = new byte[(int)Math.Min(Step, file.Size - before)];
        await using var source = await client.File(neighbour, file.Sha256.ToString(), before, meter, stop);
        while (partial.Length < file.Size)
        {
            var read = await source.ReadAsync(
                buffer.AsMemory(0, (int)Math.Min(buffer.Length, file.Size - partial.Length)),
                stop
            );
            if (read == 0)
                throw new HttpRequestException($"{file.Sha256} ends after {partial.Length} bytes of {file.Size}.");
            partial.Append(buffer.AsSpan(0, read));
            var spent = time.GetElapsedTime(since);
            if (spent > Start && (partial.Length - before) / spent.TotalSeconds < Slowest)
                throw new HttpRequestException($"{file.Sha256} came at less than {Slowest} bytes a second.");
        }
    }

    private void Note(PullAttempt attempt, Neighbour neighbour, int files, long bytes)
    {
        if (bytes == 0)
            return;
        attempt.Note($"{files} files, {bytes} bytes from the neighbour {neighbour.Name}");
        log.LogInformation(
            "{Package} {Release}: {Files} files, {Bytes} bytes from the neighbour {Neighbour}",
            attempt.Wanted.Release.Package,
            attempt.Id,
            files,
            bytes,
            neighbour.Name
        );
    }
}
