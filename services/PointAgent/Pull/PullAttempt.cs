using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;

namespace LaiChau.PointAgent.Pull;

/// <summary>One go at a release: what for, from where, what it has cost, and why.</summary>
internal sealed class PullAttempt(FeedRelease wanted, HttpMirror mirror, TrafficMeter meter, LinkPass pass)
{
    private readonly List<string> _story = [];

    public FeedRelease Wanted => wanted;
    public Guid Id => wanted.Release.ReleaseId;
    public HttpMirror Mirror => mirror;
    public TrafficMeter Meter => meter;
    public LinkPass Pass => pass;

    /// <summary>Deltas that led nowhere, in this go and earlier.</summary>
    public required HashSet<Sha256Digest> Refused { get; init; }

    /// <summary>Parts of the pack came and were good: the mirror is not wholly amiss.</summary>
    public bool HasPackCome { get; set; }

    /// <summary>The ways that were taken, and what became of them.</summary>
    public string Why => string.Join("; ", _story);

    public void Note(string what) => _story.Add(what);
}
