using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Storage;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Makes room for a release by taking off the screen what is worth less: lower in priority; else larger, in classes of text, sound and film; else older.
/// Of those, the least viewed go first. What had to go comes back when there is room, and pushes nothing out for it.
/// </summary>
internal sealed class EvictReleases(
    AgentDb db,
    Shelf shelf,
    PartialReleases partials,
    Audience audience,
    TrustedClock clock,
    ILogger<EvictReleases> log
)
{
    /// <summary>So long what was evicted is not fetched again: room that comes and goes must not cost the link.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromDays(1);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(400);

    /// <returns>False when what is worth less does not hold so much: it all stays.</returns>
    public bool For(FeedRelease wanted, long bytes)
    {
        if (Evicted().ContainsKey(wanted.Release.ReleaseId))
            return false;
        // What it may be built from costs the link more than it gives.
        var kin = shelf.Kin(wanted.Release.Package, partials.Manifest(wanted)).Select(r => r.Id).ToHashSet();
        var worth = new Worth(wanted.Release.Priority, -FollowFeeds.Weight(wanted.Size), wanted.Release.ReleaseId);
        var lesser = shelf
            .Held.Where(r => !kin.Contains(r.Id))
            .Select(r => (Release: r, Worth: WorthOf(r)))
            .Where(r => r.Worth.Priority != ReleasePriority.Urgent && r.Worth.IsLessThan(worth))
            .OrderBy(r => r.Worth.Priority)
            .ThenBy(r => r.Worth.Smallness)
            .ThenBy(r => audience.ViewsOf(r.Release.Package))
            .ThenBy(r => r.Release.MadeAt)
            .Select(r => r.Release)
            .ToList();
        var leaving = new List<Release>();
        foreach (var release in lesser.TakeWhile(_ => Freed(leaving) < bytes))
            leaving.Add(release);
        if (Freed(leaving) < bytes)
            return false;
        foreach (var spared in leaving.AsEnumerable().Reverse().ToList())
            if (Freed(leaving.Where(l => l != spared)) >= bytes)
                leaving.Remove(spared);
        log.LogWarning(
            "{Count} releases leave for {Package} {Release}, which lacks {Bytes} bytes of room",
            leaving.Count,
            wanted.Release.Package,
            wanted.Release.ReleaseId,
            bytes
        );
        try
        {
            Remember(leaving);
            shelf.Remove(leaving.Select(r => (r, "evicted")));
            return true;
        }
        catch (Exception error) when (FullDisk.Caused(error))
        {
            log.LogError("The disk is too full to write down what leaves: {Reason}", error.Message);
            return false;
        }
    }

    /// <summary>When a release that was evicted may come back; null: it was not, or that time is over.</summary>
    public DateTimeOffset? Back(Guid release)
    {
        var now = clock.Now;
        // What left in the future left by a clock that was wrong.
        return Evicted().TryGetValue(release, out var at) && at <= now && at + Away is var back && back > now
            ? back
            : null;
    }

    private Worth WorthOf(Release held) =>
        new(
            shelf.ManifestOf(held)?.Release.Priority
                ?? (held.IsUrgent ? ReleasePriority.Urgent : ReleasePriority.Normal),
            -FollowFeeds.Weight(held.Files.Sum(f => f.Size)),
            held.Id
        );

    /// <summary>Bytes of files that nothing else holds.</summary>
    private long Freed(IEnumerable<Release> leaving)
    {
        var gone = leaving.ToHashSet();
        var stays = shelf.Held.Where(r => !gone.Contains(r)).SelectMany(r => r.Files).Select(f => f.Sha256).ToHashSet();
        return gone.SelectMany(r => r.Files)
            .DistinctBy(f => f.Sha256)
            .Where(f => !stays.Contains(f.Sha256))
            .Sum(f => f.Size);
    }

    private void Remember(IEnumerable<Release> leaving)
    {
        var now = clock.Now;
        var evicted = Evicted().Where(e => e.Value + Remembered > now).ToDictionary();
        foreach (var release in leaving)
            evicted[release.Id] = now;
        db.Write(c => c.Remember(Facts.Evicted, evicted, AgentJson.Default.DictionaryGuidDateTimeOffset));
    }

    private Dictionary<Guid, DateTimeOffset> Evicted() =>
        db.Read(c => c.Recall(Facts.Evicted, AgentJson.Default.DictionaryGuidDateTimeOffset)) ?? [];

    private readonly record struct Worth(ReleasePriority Priority, int Smallness, Guid Id)
    {
        public bool IsLessThan(Worth other) =>
            (Priority, Smallness, UuidTime.Of(Id), Id).CompareTo(
                (other.Priority, other.Smallness, UuidTime.Of(other.Id), other.Id)
            ) < 0;
    }
}
