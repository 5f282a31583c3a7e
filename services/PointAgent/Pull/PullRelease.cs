using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Sticks;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Brings one release from a stick, a neighbour or the server to the screen by the cheapest way, and by the next when that one does not lead there:
/// what is held already is not fetched, everything is verified, a cut leaves what came before it, and the release is shown whole.
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
    EvictReleases evict,
    StickWatch sticks,
    StickReports reports,
    AskNeighbours neighbours,
    TakeFiles take,
    Turns turns,
    PullState state,
    LinkBudget budget,
    RateCap cap,
    TrustedClock clock,
    TimeProvider time,
    ILogger<PullRelease> log
)
{
    /// <summary>Deltas that led nowhere while the same mirror had a good pack: not asked for again.</summary>
    private readonly HashSet<Sha256Digest> _refused = [];

    /// <summary>Deltas that led nowhere, when the link may not be used for what would have come instead: not asked for again until then.</summary>
    private readonly Dictionary<Sha256Digest, DateTimeOffset> _setAside = [];
    private static readonly TimeSpan LongestAside = TimeSpan.FromDays(7);

    /// <summary>What neighbours gave of a release whose rest is fetched elsewhere: the server hears of it then.</summary>
    private readonly Dictionary<Guid, string> _given = [];

    /// <summary>What was put off at no cost, and why: the server hears of it once.</summary>
    private readonly HashSet<(Guid, string)> _told = [];

    /// <returns>Why it is not on the screen yet, and when to come again; null: it is.</returns>
    public async Task<(bool Came, PutOff? Put)> FromServer(FeedRelease wanted, CancellationToken stop)
    {
        var turn = turns.Begin(wanted.Release.ReleaseId);
        try
        {
            var near = NeighboursAnswer.Nothing;
            do
            {
                if (wanted.Release.Priority != ReleasePriority.Urgent)
                    near = await neighbours.Run(wanted, partials.Manifest(wanted), stop);
                if (
                    near.Fetcher is { } fetcher
                    && turns.IsWorthWaiting(wanted.Release.ReleaseId, wanted.Size, near.Coming)
                )
                    return (true, Comes(wanted, fetcher));
            } while (!turn.Go());
            return (true, await Run(() => Begin(near.Offers), stop));
        }
        finally
        {
            turn.End();
        }

        PullAttempt Begin(IEnumerable<Offer> offers)
        {
            var pass = new LinkPass(options, budget, cap, clock, wanted.Release.Priority == ReleasePriority.Urgent);
            var meter = new TrafficMeter(pass);
            var mirror = new HttpMirror(http, options, meter);
            var attempt = new PullAttempt(wanted, mirror, mirror.Where.ToString(), meter, pass)
            {
                Refused = [.. _refused, .. _setAside.Where(d => d.Value > clock.Now).Select(d => d.Key)],
                Offers = new(offers),
            };
            if (_given.Remove(attempt.Id, out var given))
                attempt.Note(given);
            return attempt;
        }
    }

    /// <summary>As <see cref="FromServer"/>, if neighbours have all of it that is missing here. What they have of it stays in any case.</summary>
    public async Task<(bool Came, PutOff? Put)> FromNeighbours(FeedRelease wanted, CancellationToken stop)
    {
        var offers = (await neighbours.Run(wanted, partials.Manifest(wanted), stop)).Offers;
        if (offers.Count == 0)
            return (false, null);
        PullAttempt? attempt = null;
        try
        {
            return (true, await Run(Begin, stop));
        }
        catch (WrongAnswerException)
        {
            if (attempt?.Why is { Length: > 0 } given)
                _given[wanted.Release.ReleaseId] = given;
            return (false, null);
        }

        PullAttempt Begin() =>
            attempt = new(wanted, mirror: null, "the neighbours", new TrafficMeter(), pass: null)
            {
                Refused = [],
                Offers = new(offers),
            };
    }

    /// <summary>As <see cref="FromServer"/>, if one of the sticks has it; whatever is wrong with a stick is no failure.</summary>
    public async Task<(bool Came, PutOff? Put)> FromSticks(FeedRelease wanted, CancellationToken stop)
    {
        foreach (var stick in sticks.Present)
            if (stick.Offer(wanted) is { } offered && await FromStick(stick, offered, stop) is { Came: true } came)
                return came;
        return (false, null);
    }

    /// <summary>What came from the stick and was good need not come again.</summary>
    private async Task<(bool Came, PutOff? Put)> FromStick(Stick stick, FeedRelease offered, CancellationToken stop)
    {
        var id = offered.Release.ReleaseId;
        StickTrouble trouble;
        string reason;
        try
        {
            var put = await Run(Begin, stop);
            reports.Copied(stick);
            return (true, put);
        }
        catch (Exception fault) when (FullDisk.Caused(fault))
        {
            if (fault is not NoRoomException)
                partials.Clear(id);
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

        PullAttempt Begin()
        {
            var meter = new TrafficMeter();
            var mirror = new StickMirror(stick, options, meter);
            var attempt = new PullAttempt(offered, mirror, stick.Folder, meter, pass: null) { Refused = [.. _refused] };
            attempt.Note($"from the stick {stick.Name}");
            return attempt;
        }
    }

    /// <summary>And again, as often as what is worth less makes room for it.</summary>
    private async Task<PutOff?> Run(Func<PullAttempt> begin, CancellationToken stop)
    {
        while (true)
        {
            var attempt = begin();
            try
            {
                return await Run(attempt, stop);
            }
            catch (NoRoomException lack)
            {
                if (!evict.For(attempt.Wanted, lack.Lacking))
                    throw;
            }
        }
    }

    private async Task<PutOff?> Run(PullAttempt attempt, CancellationToken stop)
    {
        var (wanted, id, meter) = (attempt.Wanted, attempt.Id, attempt.Meter);
        if (partials.IsReady(id) && wanted.Release.ValidFrom is { } begins && begins > clock.Now)
            return BeforeItsTime(begins);
        var started = time.GetTimestamp();
        try
        {
            var manifest = await Bring(attempt, stop);
            files.KeepOnly(id, manifest.Files.Select(f => f.Sha256.ToString()));
            if (wanted.Release.ValidFrom is { } later && later > clock.Now)
            {
                partials.Keep(manifest, isReady: true);
                partials.Drop(id);
                db.Write(c => c.Tell(Spent()));
                return BeforeItsTime(later);
            }
            shelf.Show(Described(manifest), manifest.ToBytes(), Spent());
            partials.Clear(id);
            return null;
        }
        catch (PutOffException error)
        {
            var put = PutOff(attempt, error.Put);
            if (meter.Requests > 0 || _told.Add((id, put.Said)))
                TellUnlessFull(Spent());
            return put;
        }
        catch when (attempt.IsOverLink && meter.Bytes > 0)
        {
            attempt.Note("cut off");
            TellUnlessFull(Spent());
            throw;
        }
        finally
        {
            partials.Pause(id);
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

    private static PutOff BeforeItsTime(DateTimeOffset begins) =>
        new(begins, "here before its time", $"Đã có ở đây, hiện từ {Say.Moment(begins)}");

    private PutOff Comes(FeedRelease wanted, string fetcher)
    {
        var put = new PutOff(clock.Now + neighbours.Soon, "a neighbour fetches it", "Chờ máy bên cạnh tải xong")
        {
            IsToBeTold = false,
        };
        if (_told.Add((wanted.Release.ReleaseId, put.Said)))
            log.LogInformation(
                "{Package} {Release} is on its way to the neighbour {Neighbour}, which is waited for",
                wanted.Release.Package,
                wanted.Release.ReleaseId,
                fetcher
            );
        return put;
    }

    private PutOff PutOff(PullAttempt attempt, PutOff put)
    {
        var now = clock.Now;
        foreach (
            var head in attempt.Wanted.Deltas.Select(d => d.Delta.Head).Intersect(attempt.Refused).Except(_refused)
        )
        {
            if (!(_setAside.GetValueOrDefault(head) > now))
                _setAside[head] = put.Until < now + LongestAside ? put.Until : now + LongestAside;
            if (_setAside[head] < put.Until)
                put = put with { Until = _setAside[head] };
        }
        attempt.Note($"put off until {put.Until:u}: {put.Why}");
        log.LogInformation(
            "{Package} {Release} put off until {Until:u}: {Why}",
            attempt.Wanted.Release.Package,
            attempt.Id,
            put.Until,
            put.Why
        );
        return put;
    }

    /// <summary>Way after way, until all files are in the store.</summary>
    /// <exception cref="PutOffException">Better not now.</exception>
    private async Task<ReleaseManifest> Bring(PullAttempt attempt, CancellationToken stop)
    {
        var wanted = attempt.Wanted;
        var held = shelf.Held.FirstOrDefault(r => r.Package == wanted.Release.Package);
        var from = held is null ? null : shelf.ManifestOf(held);
        var manifest = partials.Manifest(wanted);
        while (true)
        {
            manifest = await take.Run(attempt, manifest, stop);
            var whole = await Whole(attempt, manifest, stop);
            var plan = UpdatePlan.Choose(
                manifest is null ? wanted : wanted with { Size = manifest.Size },
                new UpdateStock
                {
                    Bases = from is null ? [] : [new(held!.Id, held.Version)],
                    Begun = partials.Begun(attempt.Id),
                    Refused = attempt.Refused,
                    HasManifest = manifest is not null,
                    WholeBytes = manifest?.Files.Where(f => whole.Contains(f.Sha256)).Sum(f => f.Size) ?? 0,
                    ChunkBytes = partials.ChunkBytes(attempt.Id),
                    HasKin = shelf.Kin(wanted.Release.Package, manifest).Any(),
                },
                clock.Now
            );
            if (plan.Requests > 0 && !attempt.HasMirror)
                throw new WrongAnswerException("The neighbours have not all of it.");
            if (plan.WaitUntil is { } by)
                throw new PutOffException(new(by, plan.Why, "Chờ bản cập nhật nhỏ hơn"));
            var why = attempt.Ask(plan.Bytes, plan.Requests, plan.Why);
            var goesOverPack = plan.Way is UpdateWay.Ranges or UpdateWay.Whole;
            if (goesOverPack && manifest is null)
            {
                manifest = await TufClient.DownloadManifest(
                    wanted,
                    attempt.Mirror,
                    wrong => log.LogWarning("{Mirror} gave a wrong {File}", attempt.Where, wrong.Message),
                    stop
                );
                partials.Keep(manifest);
                // Who had not all of it may have files of it.
                if (attempt.IsOverLink && wanted.Release.Priority != ReleasePriority.Urgent)
                    foreach (var offer in (await neighbours.Run(wanted, manifest, stop)).Offers)
                        attempt.Offers.Enqueue(offer);
                continue;
            }
            // Here it is known what it will cost, and nothing of that is spent yet.
            log.LogInformation("{Package} {Release}: {Way}, {Why}", wanted.Release.Package, attempt.Id, plan.Way, why);
            attempt.Note(why);
            if (goesOverPack)
                await pack.Run(attempt, manifest!, whole, plan.Way == UpdateWay.Whole, stop);
            if (plan.Deltas.Count == 0)
                return manifest!;
            if (await OverDeltas(attempt, from!, plan, stop) is { } built)
                return built;
            attempt.Refused.UnionWith(plan.Deltas.Select(d => d.Delta.Head));
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
