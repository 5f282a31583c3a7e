using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Library;

/// <summary>
/// Time that never goes back. A cheap PC's clock falls to 1970 when its battery dies, or is set a year ahead by hand. The
/// newest time found in signed content, plus the time this program has run since, is a floor that is certainly not in the
/// future; the day on which the last signed timestamp runs out, plus the time a point may be away, is as late as it can be.
/// Between the two the machine's clock is believed. Outside them the better guess is where it last stood while a signed timestamp vouched for it, plus
/// the time run since: what was over by then stays so.
/// </summary>
internal sealed class TrustedClock
{
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(120);
    private readonly AgentDb _db;
    private readonly TimeProvider _time;
    private readonly Lock _turn = new();
    private KnownTime _known;
    private long _since;

    public TrustedClock(AgentDb db, TimeProvider time)
    {
        (_db, _time) = (db, time);
        _known = db.Read(c => c.Recall(Facts.Clock, AgentJson.Default.KnownTime)) ?? new KnownTime(null, null);
        _since = time.GetTimestamp();
    }

    public DateTimeOffset Now
    {
        get
        {
            var machine = _time.GetUtcNow();
            return IsBelieved(machine, out var guess) ? machine : guess;
        }
    }

    /// <summary>False when the machine's clock is plainly wrong: something an officer should set right.</summary>
    public bool MachineIsRight => IsBelieved(_time.GetUtcNow(), out _);

    /// <summary>
    /// True when the signed timestamp is still valid then: it is ahead of the real time by no more than the days for which one is signed.
    /// </summary>
    public bool IsVouchedFor(DateTimeOffset now)
    {
        lock (_turn)
            return now <= _known.Latest - LongestAbsence;
    }

    /// <summary>Something signed says that it was made at this time.</summary>
    public void Hear(DateTimeOffset signed) =>
        Learn(known => known with { Floor = known.Floor > signed ? known.Floor : signed });

    /// <summary>The signed timestamp just fetched runs out then. Also writes down the time run so far.</summary>
    public void Expect(DateTimeOffset expires) =>
        Learn(known => WithSeen(known with { Latest = expires + LongestAbsence }));

    /// <summary>Writes down where the machine's clock stands, if a signed timestamp vouches for it.</summary>
    public void See() => Learn(WithSeen);

    private KnownTime WithSeen(KnownTime known) =>
        _time.GetUtcNow() is var machine && machine >= known.Floor && machine <= known.Latest - LongestAbsence
            ? known with
            {
                Seen = machine,
            }
            : known;

    /// <summary>Whoever writes to the database may ask for the time while at it, so its turn always comes before this clock's.</summary>
    private void Learn(Func<KnownTime, KnownTime> lesson) =>
        _db.Write(c =>
        {
            lock (_turn)
            {
                var run = _time.GetElapsedTime(_since);
                _known = lesson(_known with { Floor = _known.Floor + run, Seen = _known.Seen + run });
                _since = _time.GetTimestamp();
                c.Remember(Facts.Clock, _known, AgentJson.Default.KnownTime);
            }
        });

    private bool IsBelieved(DateTimeOffset machine, out DateTimeOffset guess)
    {
        lock (_turn)
        {
            var run = _time.GetElapsedTime(_since);
            var floor = _known.Floor + run ?? machine;
            guess = _known.Seen + run is { } seen && seen > floor ? seen : floor;
            return machine >= floor && !(machine > _known.Latest);
        }
    }
}

/// <param name="Floor">Not before this.</param>
/// <param name="Latest">Hardly after this.</param>
/// <param name="Seen">Most likely after this: a guess, and no reason to doubt a clock.</param>
internal sealed record KnownTime(DateTimeOffset? Floor, DateTimeOffset? Latest, DateTimeOffset? Seen = null);
