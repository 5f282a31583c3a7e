using LaiChau.Distribution;
using LaiChau.Distribution.Feeds;

namespace LaiChau.PointAgent.Pull;

/// <summary>One go at a release: what for, from where, what it has cost, and why.</summary>
/// <param name="wanted">What for.</param>
/// <param name="mirror">From where.</param>
/// <param name="where">The mirror's name in a log.</param>
/// <param name="meter">What the mirror has given.</param>
internal sealed class PullAttempt(FeedRelease wanted, IMirror mirror, string where, TrafficMeter meter)
{
    private readonly List<string> _story = [];

    /// <summary>False from a stick, which costs nothing.</summary>
    public bool IsOverLink { get; init; } = true;

    public FeedRelease Wanted => wanted;
    public Guid Id => wanted.Release.ReleaseId;
    public IMirror Mirror => mirror;
    public string Where => where;
    public TrafficMeter Meter => meter;

    /// <summary>Parts of the pack came and were good: the mirror is not wholly amiss.</summary>
    public bool HasPackCome { get; set; }

    /// <summary>The ways that were taken, and what became of them.</summary>
    public string Why => string.Join("; ", _story);

    public void Note(string what) => _story.Add(what);
}
