using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Brings one release from the mirror to the screen: what is held already is not fetched, every chunk is verified, a cut
/// leaves what came before it, and the release is shown whole.
/// </summary>
internal sealed class PullRelease(
    AgentOptions options,
    HttpClient http,
    AgentDb db,
    Shelf shelf,
    FileStore files,
    PartialReleases partials,
    PullState state,
    TrustedClock clock,
    TimeProvider time,
    ILogger<PullRelease> log
)
{
    /// <summary>Room that is left to the database and to the machine.</summary>
    private const long Reserve = 8 * 1024 * 1024;

    /// <returns>False when the release has come but its time has not: it is shown by a later call.</returns>
    public async Task<bool> Run(FeedRelease wanted, CancellationToken stop)
    {
        var meter = new TrafficMeter();
        var started = time.GetTimestamp();
        var cost = new Cost();
        try
        {
            return await Run(wanted, new HttpMirror(http, options, meter), cost, Spent, stop);
        }
        catch when (meter.Bytes > 0)
        {
            TellUnlessFull(Spent() with { Why = $"cut off; {cost.Why}" });
            throw;
        }
        finally
        {
            files.Await([]);
            state.Running = null;
        }

        PointEvent Spent() =>
            PointEvent.Of("pull", clock.Now) with
            {
                ReleaseId = wanted.Release.ReleaseId,
                Bytes = meter.Bytes,
                Requests = meter.Requests,
                Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3),
                Why = cost.Why,
            };
    }

    private async Task<bool> Run(
        FeedRelease wanted,
        HttpMirror mirror,
        Cost cost,
        Func<PointEvent> spent,
        CancellationToken stop
    )
    {
        var id = wanted.Release.ReleaseId;
        var manifestBytes = await Manifest(wanted, mirror, stop);
        var manifest = ReleaseManifest.Parse(manifestBytes);
        var contents = await Contents(id, manifest, mirror, stop);
        var index = PackIndex.Parse(contents, manifest);
        var names = manifest.Files.Select(f => f.Sha256.ToString()).ToList();
        files.Await(names);

        var whole = new HashSet<Sha256Digest>();
        foreach (var file in manifest.Files)
            if (await files.IsWhole(file.Sha256.ToString(), file.Size, stop))
                whole.Add(file.Sha256);
        using (var partial = partials.Open(id))
        {
            var resumed = partial.Count;
            var held = HeldChunks.Find(shelf, files, index);
            var plan = FetchPlan.Create(
                manifest,
                index,
                chunk => partial.Holds(chunk) || held.Holds(chunk),
                file => !whole.Contains(file.Sha256)
            );
            cost.Why =
                $"{plan.MissingChunks} of {index.Chunks.Count} chunks missing, {held.Count} held from other releases, "
                + $"{resumed} from an earlier attempt, {whole.Count} of {manifest.Files.Count} files held whole; "
                + $"{plan.Bytes} bytes in {plan.Ranges.Count} ranges of a pack of {manifest.Pack.Size}";
            log.LogInformation("Pulling {Package} {Release}: {Why}", wanted.Release.Package, id, cost.Why);
            RequireRoom(plan.Bytes + manifest.Size);
            await Fetch(wanted, manifest, index, plan, partial, mirror, stop);
            if (wanted.Release.ValidFrom > clock.Now)
                return false;
            foreach (var file in manifest.Files.Where(f => whole.Add(f.Sha256)))
                await files.Add(file.Sha256.ToString(), Write(file, index, partial, held, stop));
        }
        shelf.Show(Described(manifest), manifestBytes, contents, spent());
        partials.Drop(id);
        return true;
    }

    private static Func<Stream, Task> Write(
        ManifestFile file,
        PackIndex index,
        PartialRelease partial,
        HeldChunks held,
        CancellationToken stop
    ) =>
        stream =>
            PackReader.Assemble(
                file,
                index,
                (chunk, _) => new(partial.Holds(chunk.Id) ? partial.Read(chunk.Id) : held.Read(chunk.Id)),
                stream,
                stop
            );

    private async Task Fetch(
        FeedRelease wanted,
        ReleaseManifest manifest,
        PackIndex index,
        FetchPlan plan,
        PartialRelease partial,
        HttpMirror mirror,
        CancellationToken stop
    )
    {
        var running = state.Running = new Transfer(wanted.Release.Title, plan.Bytes);
        foreach (var range in plan.Ranges)
        {
            await using var stream =
                await mirror.OpenContent(PlaneLayout.ObjectPath(manifest.Pack.Sha256), range.Range, stop)
                ?? throw new HttpRequestException($"The mirror lacks pack {manifest.Pack.Sha256}.");
            await foreach (var chunk in PackReader.Read(index, range, stream, stop))
            {
                partial.Add(chunk.Id, chunk.Content.Span);
                running.Add(chunk.Content.Length);
            }
        }
    }

    private async Task<byte[]> Manifest(FeedRelease wanted, HttpMirror mirror, CancellationToken stop)
    {
        var id = wanted.Release.ReleaseId.ToString();
        if (Kept("manifest", id) is { } kept && Sha256Digest.Of(kept) == wanted.Manifest.Sha256)
            return kept;
        using var bytes = new MemoryStream();
        await TufClient.Download(wanted.Manifest, mirror, bytes, stop);
        var manifest = bytes.ToArray();
        db.Write(c =>
        {
            c.Execute(
                "INSERT OR REPLACE INTO pull (release, manifest) VALUES ($id, $manifest)",
                ("$id", id),
                ("$manifest", manifest)
            );
        });
        return manifest;
    }

    private async Task<byte[]> Contents(
        Guid release,
        ReleaseManifest manifest,
        HttpMirror mirror,
        CancellationToken stop
    )
    {
        var id = release.ToString();
        if (Kept("contents", id) is { } kept && Sha256Digest.Of(kept) == manifest.Index.Sha256)
            return kept;
        await using var stream =
            await mirror.OpenContent(PlaneLayout.ObjectPath(manifest.Index.Sha256), null, stop)
            ?? throw new HttpRequestException($"The mirror lacks pack index {manifest.Index.Sha256}.");
        var contents = new byte[manifest.Index.Size];
        await stream.ReadExactlyAsync(contents, stop);
        PackIndex.Parse(contents, manifest);
        db.Write(c =>
        {
            c.Execute("UPDATE pull SET contents = $contents WHERE release = $id", ("$id", id), ("$contents", contents));
        });
        return contents;
    }

    private byte[]? Kept(string column, string release) =>
        db.Read(c => c.Scalar<byte[]>($"SELECT {column} FROM pull WHERE release = $id", ("$id", release)));

    private void RequireRoom(long bytes)
    {
        var free = new DriveInfo(options.DataFolder).AvailableFreeSpace;
        if (free < bytes + Reserve)
            throw FullDisk.Foreseen($"{bytes} bytes and a reserve of {Reserve} are needed, {free} are free.");
    }

    private void TellUnlessFull(PointEvent told)
    {
        try
        {
            db.Write(c => c.Tell(told));
        }
        catch (Exception error) when (FullDisk.Caused(error))
        {
            log.LogWarning("The cost of a transfer could not be written down: {Reason}", error.Message);
        }
    }

    private static Release Described(ReleaseManifest manifest) =>
        new()
        {
            Id = manifest.Release.ReleaseId,
            Package = manifest.Release.Package,
            Version = manifest.Release.Version,
            IsBulletin = manifest.Release.Kind == ReleaseKind.Bulletin,
            IsUrgent = manifest.Release.Priority == ReleasePriority.Urgent,
            Title = manifest.Release.Title.ToDictionary(),
            Summary = manifest.Release.Summary.ToDictionary(),
            Category = manifest.Release.Category,
            Languages = [.. manifest.Release.Languages],
            ValidFrom = manifest.Release.ValidFrom,
            ValidUntil = manifest.Release.ValidUntil,
            Files =
            [
                .. manifest.Files.Select(f => new ReleaseFile(
                    f.Path,
                    f.Size,
                    f.Sha256.ToString(),
                    f.MediaType,
                    f.Language,
                    f.Alt,
                    f.Caption
                )),
            ],
        };

    private sealed class Cost
    {
        public string Why { get; set; } = "its manifest and index had to be fetched";
    }
}
