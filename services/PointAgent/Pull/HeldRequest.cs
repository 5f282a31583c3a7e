using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Whether the next request for news is left standing at the server until there is some, and when to ask again. Not held is the first one, so that it
/// is known whether there is a link at all; and none for a day where held ones have ended early time and again: something on the way does not bear
/// them, and asking at the interval then costs less.
/// </summary>
internal sealed class HeldRequest(AgentOptions options, TimeProvider time)
{
    private const int MostBroken = 3;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Rest = TimeSpan.FromDays(1);
    private bool _isInContact;
    private long? _since;
    private int _broken;
    private long? _gaveUpAt;

    /// <summary>One is asked now: how long it may stand; zero: not at all.</summary>
    public TimeSpan Begin()
    {
        if (_gaveUpAt is { } at && time.GetElapsedTime(at) >= Rest)
            (_gaveUpAt, _broken) = (null, 0);
        var hold = _isInContact && _gaveUpAt is null ? options.Hold : TimeSpan.Zero;
        _since = hold > TimeSpan.Zero ? time.GetTimestamp() : null;
        return hold;
    }

    /// <param name="promised">How long the server meant to hold it; null: it does not do that.</param>
    /// <param name="hasChanged">It had something new.</param>
    /// <returns>When to ask again.</returns>
    public TimeSpan Answered(TimeSpan? promised, bool hasChanged)
    {
        if (!_isInContact)
        {
            _isInContact = true;
            return _gaveUpAt is null && options.Hold > TimeSpan.Zero ? TimeSpan.Zero : Backoff.Jitter(options.Poll);
        }
        if (_since is null || promised is not { } full)
            return Backoff.Jitter(options.Poll);
        return hasChanged || Stood(full) ? Stands() : Breaks();
    }

    /// <summary>No answer came, or none that is of use: the next one is not held.</summary>
    /// <returns>When to ask again if that was a held one that broke, which says little; else null.</returns>
    public TimeSpan? Failed()
    {
        _isInContact = false;
        if (_since is null)
            return null;
        var again = Stood(options.Poll) ? Stands() : Breaks();
        _since = null;
        return again;
    }

    // Standing as long as the interval, it has not cost more than asking would have.
    private bool Stood(TimeSpan full) => time.GetElapsedTime(_since!.Value) >= Shorter(full, options.Poll) * 0.9;

    private TimeSpan Stands()
    {
        _broken = 0;
        return TimeSpan.Zero;
    }

    private TimeSpan Breaks()
    {
        if (++_broken >= MostBroken)
            _gaveUpAt = time.GetTimestamp();
        // A server that goes down lets everybody go in the same second.
        return Backoff.Jitter(Shorter(Soon, options.Poll));
    }
}
