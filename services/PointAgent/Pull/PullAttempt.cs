using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;
using LaiChau.PointAgent.Neighbours;

namespace LaiChau.PointAgent.Pull;

/// <summary>One go at a release: what for, from where, what it has cost, and why.</summary>
/// <param name="wanted">What for.</param>
/// <param name="mirror">From where; null: from neighbours alone.</param>
/// <param name="where">The mirror's name in a log.</param>
/// <param name="meter">What the mirror has given.</param>
/// <param name="pass">Leave to use the link; null from a stick or a neighbour, which cost nothing.</param>
internal sealed class PullAttempt(FeedRelease wanted, IMirror? mirror, string where, TrafficMeter meter, LinkPass? pass)
{
    private readonly List<string> _story = [];

    public bool IsOverLink => pass is not null;

    public FeedRelease Wanted => wanted;
    public Guid Id => wanted.Release.ReleaseId;
    public IMirror Mirror => mirror ?? throw new InvalidOperationException("There is none.");
    public bool HasMirror => mirror is not null;
    public string Where => where;
    public TrafficMeter Meter => meter;

    /// <summary>Deltas that led nowhere, in this go and earlier.</summary>
    public required HashSet<Sha256Digest> Refused { get; init; }

    /// <summary>What neighbours have of it, to be taken before anything else.</summary>
    public Queue<Offer> Offers { get; init; } = [];

    /// <summary>Parts of the pack came and were good: the mirror is not wholly amiss.</summary>
    public bool HasPackCome { get; set; }

    /// <summary>As <see cref="LinkPass.Ask"/>.</summary>
    public string Ask(long bytes, int requests, string what) => pass?.Ask(bytes, requests, what) ?? what;

    /// <summary>The ways that were taken, and what became of them.</summary>
    public string Why => string.Join("; ", _story);

    public void Note(string what) => _story.Add(what);
}
