using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Sticks;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Brings one release from a stick or the server to the screen by the cheapest way, and by the next when that one does not lead there: what is held
/// already is not fetched, everything is verified, a cut leaves what came before it, and the release is shown whole.
/// </summary>
internal sealed class PullRelease(
    AgentOptions options,
    HttpClient http,
    AgentDb db,
    Shelf shelf,
    FileStore files,
    PartialReleases partials,
    ApplyDeltas deltas,
    FetchPack pack,
    StickWatch sticks,
    StickReports reports,
    PullState state,
    TrustedClock clock,
    TimeProvider time,
    ILogger<PullRelease> log
)
{
    /// <summary>Deltas that led nowhere while the same mirror had a good pack: not asked for again.</summary>
    private readonly HashSet<Sha256Digest> _refused = [];

    /// <returns>When to come again, if its time, or that of its deltas, has not come; else it is on the screen.</returns>
    public async Task<(bool Came, DateTimeOffset? ComeAgain)> FromServer(FeedRelease wanted, CancellationToken stop)
    {
        var meter = new TrafficMeter();
        var mirror = new HttpMirror(http, options, meter);
        return (true, await Run(new PullAttempt(wanted, mirror, mirror.Where.ToString(), meter), stop));
    }

    /// <summary>As <see cref="FromServer"/>, if one of the sticks has it; whatever is wrong with a stick is no failure.</summary>
    public async Task<(bool Came, DateTimeOffset? ComeAgain)> FromSticks(FeedRelease wanted, CancellationToken stop)
    {
        foreach (var stick in sticks.Present)
            if (stick.Offer(wanted) is { } offered && await FromStick(stick, offered, stop) is { Came: true } came)
                return came;
        return (false, null);
    }

    /// <summary>What came from the stick and was good need not come again.</summary>
    private async Task<(bool Came, DateTimeOffset? ComeAgain)> FromStick(
        Stick stick,
        FeedRelease offered,
        CancellationToken stop
    )
    {
        var id = offered.Release.ReleaseId;
        var meter = new TrafficMeter();
        var mirror = new StickMirror(stick, options, meter);
        var attempt = new PullAttempt(offered, mirror, stick.Folder, meter) { IsOverLink = false };
        attempt.Note($"from the stick {stick.Name}");
        StickTrouble trouble;
        string reason;
        try
        {
            var comeAgain = await Run(attempt, stop);
            reports.Copied(stick);
            return (true, comeAgain);
        }
        catch (Exception fault) when (FullDisk.Caused(fault))
        {
            if (!FullDisk.WasForeseen(fault))
                partials.Drop(id);
            (trouble, reason) = (StickTrouble.NoRoom, fault.Message);
        }
        catch (Exception fault)
            when (fault is DistributionException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            (trouble, reason) = (StickTrouble.Spoilt, fault.Message);
        }
        stick.Disappointed(id);
        reports.Disappointed(stick, trouble);
        log.LogWarning(
            "{Package} {Release}: the stick {Stick} does not lead to it, the server is asked: {Reason}",
            offered.Release.Package,
            id,
            stick.Folder,
            reason
        );
        return (false, null);
    }

    private async Task<DateTimeOffset?> Run(PullAttempt attempt, CancellationToken stop)
    {
        var (wanted, id, meter) = (attempt.Wanted, attempt.Id, attempt.Meter);
        if (partials.IsReady(id) && wanted.Release.ValidFrom is { } begins && begins > clock.Now)
            return begins;
        var started = time.GetTimestamp();
        try
        {
            var (manifest, waitUntil) = await Bring(attempt, stop);
            if (manifest is null)
                return waitUntil;
            files.KeepOnly(id, manifest.Files.Select(f => f.Sha256.ToString()));
            if (wanted.Release.ValidFrom > clock.Now)
            {
                partials.Keep(manifest, isReady: true);
                partials.Drop(id);
                db.Write(c => c.Tell(Spent()));
                return wanted.Release.ValidFrom;
            }
            shelf.Show(Described(manifest), manifest.ToBytes(), Spent());
            partials.Done(id);
            return null;
        }
        catch when (attempt.IsOverLink && meter.Bytes > 0)
        {
            attempt.Note("cut off");
            TellUnlessFull(Spent());
            throw;
        }
        finally
        {
            if (!partials.IsReady(id))
                files.LetGo(id);
            state.Running = null;
        }

        PointEvent Spent() =>
            PointEvent.Of("pull", clock.Now) with
            {
                ReleaseId = id,
                Bytes = attempt.IsOverLink ? meter.Bytes : 0,
                Requests = meter.Requests,
                Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3),
                Why = attempt.Why,
            };
    }

    /// <summary>Way after way, until all files are in the store; no manifest: better not now.</summary>
    private async Task<(ReleaseManifest?, DateTimeOffset? WaitUntil)> Bring(PullAttempt attempt, CancellationToken stop)
    {
        var wanted = attempt.Wanted;
        var refused = _refused.ToHashSet();
        var held = shelf.Held.FirstOrDefault(r => r.Package == wanted.Release.Package);
        var from = held is null ? null : shelf.ManifestOf(held);
        var manifest = partials.Manifest(wanted);
        while (true)
        {
            var whole = await Whole(attempt, manifest, stop);
            var plan = UpdatePlan.Choose(
                manifest is null ? wanted : wanted with { Size = manifest.Size },
                new UpdateStock
                {
                    Bases = from is null ? [] : [new(held!.Id, held.Version)],
                    Begun = partials.Begun(attempt.Id),
                    Refused = refused,
                    HasManifest = manifest is not null,
                    WholeBytes = manifest?.Files.Where(f => whole.Contains(f.Sha256)).Sum(f => f.Size) ?? 0,
                    ChunkBytes = partials.ChunkBytes(attempt.Id),
                    HasKin = shelf.Kin(wanted.Release.Package, manifest).Any(),
                },
                clock.Now
            );
            var goesOverPack = plan.WaitUntil is null && plan.Way is UpdateWay.Ranges or UpdateWay.Whole;
            if (goesOverPack && manifest is null)
            {
                manifest = await TufClient.DownloadManifest(
                    wanted,
                    attempt.Mirror,
                    wrong => log.LogWarning("{Mirror} gave a wrong {File}", attempt.Where, wrong.Message),
                    stop
                );
                partials.Keep(manifest);
                continue;
            }
            // Here it is known what it will cost, and nothing of that is spent yet.
            log.LogInformation(
                "{Package} {Release}: {Way}, {Why}",
                wanted.Release.Package,
                attempt.Id,
                plan.Way,
                plan.Why
            );
            if (plan.WaitUntil is { } by)
                return (null, by);
            attempt.Note(plan.Why);
            if (goesOverPack)
                await FromPack(attempt, manifest!, whole, plan, refused, stop);
            if (plan.Deltas.Count == 0)
                return (manifest, null);
            if (await OverDeltas(attempt, from!, plan, stop) is { } built)
                return (built, null);
            refused.UnionWith(plan.Deltas.Select(d => d.Delta.Head));
        }
    }

    private async Task<ReleaseManifest?> OverDeltas(
        PullAttempt attempt,
        ReleaseManifest from,
        UpdatePlan plan,
        CancellationToken stop
    )
    {
        try
        {
            return await deltas.Run(attempt, from, plan, stop);
        }
        catch (Exception fault) when (fault is ContentException or WrongAnswerException)
        {
            attempt.Note($"that delta led nowhere: {fault.Message}");
            log.LogWarning(
                "{Package} {Release}: the delta of {Mirror} is of no use, the next way is taken: {Reason}",
                attempt.Wanted.Release.Package,
                attempt.Id,
                attempt.Where,
                fault.Message
            );
            return null;
        }
    }

    private async Task FromPack(
        PullAttempt attempt,
        ReleaseManifest manifest,
        HashSet<Sha256Digest> whole,
        UpdatePlan plan,
        HashSet<Sha256Digest> refused,
        CancellationToken stop
    )
    {
        try
        {
            await pack.Run(attempt, manifest, whole, plan.Way == UpdateWay.Whole, stop);
        }
        finally
        {
            // Behind a login page nothing is right, and the delta is worth another try once that is gone. Of the server's a stick says nothing.
            if (attempt is { HasPackCome: true, IsOverLink: true })
                _refused.UnionWith(refused);
        }
    }

    /// <summary>The files of the wanted release that are in the store, each read and hashed; from now on no sweep takes them.</summary>
    private async Task<HashSet<Sha256Digest>> Whole(
        PullAttempt attempt,
        ReleaseManifest? manifest,
        CancellationToken stop
    )
    {
        var whole = new HashSet<Sha256Digest>();
        if (manifest is null)
            return whole;
        files.Keep(attempt.Id, manifest.Files.Select(f => f.Sha256.ToString()));
        foreach (var file in manifest.Files.DistinctBy(f => f.Sha256))
            if (await files.IsWhole(file.Sha256.ToString(), file.Size, stop))
                whole.Add(file.Sha256);
        return whole;
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
}
