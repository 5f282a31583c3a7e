using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Trust;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Sticks;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Keeps the signed metadata up to date and the screen in line with it: recalls and ends of validity take effect here, before
/// anything is fetched and whatever else fails.
/// </summary>
internal sealed class FollowFeeds(
    AgentOptions options,
    HttpClient http,
    AgentDb db,
    EnrolPoint enrolment,
    Shelf shelf,
    Audience audience,
    PullState state,
    TrustedClock clock,
    TimeProvider time,
    ILogger<FollowFeeds> log
)
{
    private const int LargestRoot = 512 * 1024;
    private readonly TrustStore _trust = new(db);
    private readonly HttpMirror _mirror = new(http, options, new TrafficMeter());
    private TufClient? _client;

    /// <summary>What was last followed; other feeds are news, whenever they came: power may have gone in the middle of an earlier answer.</summary>
    private KnownFeeds? _followed;

    /// <summary>When the server was last told that the point is there, and how many with it.</summary>
    private (long At, int Guests) _told;

    /// <summary>What the trusted metadata says, without any link: after a start, recalls known already still hold.</summary>
    public async Task<KnownFeeds?> FromTrusted(CancellationToken stop)
    {
        _client = new TufClient(_trust);
        if (enrolment.Identity is not { } identity || !await _client.LoadTrusted(stop))
            return null;
        return await Load(identity, null, stop);
    }

    /// <summary>Asks the server for what is new.</summary>
    /// <param name="hold">How long it may wait for news before it answers.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>Null while the point is not enrolled.</returns>
    public async Task<PollAnswer?> Poll(TimeSpan hold, CancellationToken stop)
    {
        if (await enrolment.Ensure(stop) is not { } identity)
            return null;
        var promised = hold > TimeSpan.Zero ? await _mirror.AwaitTimestamp(hold, stop) : null;
        if (_client is null || await _trust.Read("root.json", stop) is null)
            await Anchor(stop);
        var outcome = await _client!.Poll(_mirror, clock.Now, stop);
        if (_client.RefusedNews is { } wrong)
            log.LogWarning(
                "{Mirror} gave wrong news, and the files were taken: {Code} {Reason}",
                _mirror.Where,
                wrong.Code,
                wrong.Message
            );
        var feeds = await Load(identity, _mirror, stop);
        await RememberContact(stop);
        return new(feeds, _followed?.IsSame(feeds) != true, outcome == RefreshOutcome.Updated, promised);
    }

    /// <summary>Takes the signed metadata on a stick, with all that is on it of this point's feeds, or nothing of it.</summary>
    /// <returns>Null for what is known: as before.</returns>
    /// <exception cref="DistributionException">Refused.</exception>
    public async Task<(StickFinding Finding, KnownFeeds? Known)> Import(
        Stick stick,
        StickMirror mirror,
        CancellationToken stop
    )
    {
        if (!await IsReady(stop))
            return (StickFinding.NotReady, null);
        if (await _trust.Read("root.json", stop) is null)
            await Anchor(stop);
        var identity = enrolment.Identity!;
        var staged = new StagedTrust(_trust);
        var client = new TufClient(staged);
        await client.Refresh(mirror, clock.Now, stop);
        var carried = FeedsOf(identity).Where(stick.Carries).ToList();
        if (carried.Count == 0)
            return (StickFinding.OtherAudience, null);
        foreach (var feed in carried)
            await client.LoadFeed(feed, mirror, clock.Now, stop);
        if (staged.IsUnchanged)
            return (StickFinding.NothingNew, null);
        staged.Keep();
        var known = await FromTrusted(stop);
        var (version, expires) = await Timestamp(stop);
        clock.Expect(expires);
        state.LastStick = new(clock.Now, version);
        return (StickFinding.Accepted, known);
    }

    /// <summary>The version of the timestamp that is trusted; 0 for none.</summary>
    public async Task<long> TimestampVersion(CancellationToken stop) =>
        await _trust.Read("timestamp.json", stop) is null ? 0 : (await Timestamp(stop)).Version;

    /// <summary>The point knows what it is and whom to trust, without asking a server; a stick is no place to learn that.</summary>
    public async Task<bool> IsReady(CancellationToken stop) =>
        enrolment.Identity is not null
        && (options.TrustRoot is not null || await _trust.Read("root.json", stop) is not null);

    private async Task Anchor(CancellationToken stop)
    {
        byte[] root;
        if (options.TrustRoot is { } path)
        {
            root = await File.ReadAllBytesAsync(path, stop);
            log.LogInformation("Trust anchored in {Path}", path);
        }
        else
        {
            root =
                await _mirror.FetchMetadata("1.root.json", LargestRoot, stop)
                ?? throw new HttpRequestException("The server has no signed metadata yet.");
            log.LogWarning(
                "No root.json was given at install time: the first one of {Server} is trusted",
                options.ServerRoot
            );
        }
        await TufClient.Initialise(_trust, root, stop);
        _client = new TufClient(_trust);
    }

    private async Task<KnownFeeds> Load(PointIdentity identity, HttpMirror? mirror, CancellationToken stop)
    {
        var views = new List<FeedView>();
        var complete = true;
        foreach (var feed in FeedsOf(identity))
        {
            try
            {
                views.Add(await _client!.LoadFeed(feed, mirror, clock.Now, stop));
            }
            catch (DistributionException error)
            {
                complete = false;
                log.LogWarning("Feed {Feed} not readable: {Code} {Reason}", feed, error.Code, error.Message);
            }
        }
        return new KnownFeeds(views, complete);
    }

    private static IEnumerable<string> FeedsOf(PointIdentity identity) => identity.Feeds.DefaultIfEmpty("tinh");

    /// <summary>What is signed was made before now.</summary>
    public void Hear(KnownFeeds feeds)
    {
        var signedAt = feeds
            .Views.SelectMany(v => v.Releases.Select(r => UuidTime.Of(r.Release.ReleaseId)))
            .Concat(feeds.Views.SelectMany(v => v.Recalls.Select(r => r.RecalledAt)))
            .ToList();
        if (signedAt.Count > 0)
            clock.Hear(signedAt.Max());
    }

    /// <summary>
    /// What to hold, most valuable first, what is over by now included: a clock that is wrong may be set right. These feeds are followed from now on.
    /// </summary>
    public IReadOnlyList<FeedRelease> Wanted(KnownFeeds feeds)
    {
        _followed = feeds;
        return
        [
            .. feeds
                .Views.SelectMany(v => v.Current)
                .DistinctBy(r => r.Release.ReleaseId)
                .OrderByDescending(r => r.Release.Priority)
                .ThenBy(r => Weight(r.Size))
                .ThenByDescending(r => r.Release.ReleaseId),
        ];
    }

    /// <summary>Takes off the screen what may no longer stand there.</summary>
    public void TakeOff(KnownFeeds feeds, IReadOnlyList<FeedRelease> wanted)
    {
        var now = clock.Now;
        wanted = [.. wanted.Where(w => !(w.Release.ValidUntil <= now))];
        shelf.Remove([
            .. shelf
                .Kept.Select(held => (held, Reason: ReasonToLeave(held, feeds, wanted, now)))
                .Where(l => l.Reason is not null)
                .Select(l => (l.held, l.Reason!)),
        ]);
    }

    private static string? ReasonToLeave(
        Release held,
        KnownFeeds feeds,
        IReadOnlyList<FeedRelease> wanted,
        DateTimeOffset now
    )
    {
        if (feeds.Views.Any(v => v.IsRecalled(held.Id)))
            return "recalled";
        if (held.ValidUntil <= now)
            return "expired";
        // An older release stays until its successor is here whole: a slow link must not blank the screen.
        var stays = !feeds.Complete || wanted.Any(r => r.Release.Package == held.Package);
        return stays ? null : "superseded";
    }

    /// <summary>Text before sound, sound before film, as far as sizes tell.</summary>
    internal static int Weight(long size) =>
        size switch
        {
            < 256 * 1024 => 0,
            < 4 * 1024 * 1024 => 1,
            < 64 * 1024 * 1024 => 2,
            _ => 3,
        };

    private async Task RememberContact(CancellationToken stop)
    {
        var (version, expires) = await Timestamp(stop);
        clock.Expect(expires);
        var contact = new Contact(clock.Now, version);
        var isWorthTelling =
            version != state.LastContact?.MetadataVersion || state.Trouble is not null || IsPresenceDue;
        db.Write(c =>
        {
            c.Remember(Facts.Contact, contact, AgentJson.Default.Contact);
            if (isWorthTelling)
                c.Tell(Presence(contact));
        });
        state.LastContact = contact;
        if (isWorthTelling)
            Told();
    }

    /// <summary>While a request waits at the server for news, the point says from time to time that it is there.</summary>
    /// <returns>True when it was time.</returns>
    public bool TellPresence()
    {
        if (!IsPresenceDue || state.LastContact is not { } last)
            return false;
        db.Write(c => c.Tell(Presence(last with { At = clock.Now })));
        Told();
        return true;
    }

    /// <summary>An empty room needs few words; how many are in it is told as often as anything.</summary>
    private bool IsPresenceDue =>
        time.GetElapsedTime(_told.At) >= (audience.Guests + _told.Guests == 0 ? options.Heartbeat : options.Report);

    private void Told() => _told = (time.GetTimestamp(), audience.Guests);

    private PointEvent Presence(Contact contact) =>
        PointEvent.Of("contact", contact.At) with
        {
            AgentVersion = Product.Version,
            MetadataVersion = contact.MetadataVersion,
            DiskFreeBytes = new DriveInfo(options.DataFolder).AvailableFreeSpace,
            ActiveGuests = audience.Guests,
        };

    /// <summary>Of the timestamp that was just verified.</summary>
    private async Task<TimestampLabel> Timestamp(CancellationToken stop) =>
        TimestampLabel.Read(
            await _trust.Read("timestamp.json", stop) ?? throw new InvalidDataException("No timestamp is trusted.")
        );
}

/// <param name="Feeds">As they are now.</param>
/// <param name="AreNew">Whether they are others than before.</param>
/// <param name="HasChanged">Whether the server had anything new, be it for other points only.</param>
/// <param name="Promised">How long the server meant to wait for news; null: it does not do that.</param>
internal sealed record PollAnswer(KnownFeeds Feeds, bool AreNew, bool HasChanged, TimeSpan? Promised);

/// <param name="Views">The feeds that could be read.</param>
/// <param name="Complete">True when none is missing: only then does not being listed mean anything.</param>
internal sealed record KnownFeeds(IReadOnlyList<FeedView> Views, bool Complete)
{
    public bool IsSame(KnownFeeds other) =>
        Complete == other.Complete
        && Views.Select(v => v.Feed).SequenceEqual(other.Views.Select(v => v.Feed))
        && Views.SelectMany(v => v.Versions).SequenceEqual(other.Views.SelectMany(v => v.Versions))
        && Recalled.SequenceEqual(other.Recalled);

    private IEnumerable<Guid> Recalled => Views.SelectMany(v => v.Recalls).Select(r => r.ReleaseId);
}
