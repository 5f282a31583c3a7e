using LaiChau.PointAgent.Pull;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>
/// Keeps two points from pulling the same over the one link at the same time. Who is about to says so first, and then asks: of two that are about to, the one
/// that has more of it goes on. The other waits as long as that one comes on, and no longer than a link that is worth waiting for takes.
/// </summary>
internal sealed class Turns(Neighbourhood neighbourhood, PartialReleases partials, TimeProvider time)
{
    /// <summary>Bytes a second, below which it is no help that a neighbour fetches something.</summary>
    private const double Slowest = 2048;
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(10);

    /// <summary>Without a byte more; putting a film together takes a while, too.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromMinutes(3);

    private readonly Dictionary<Guid, (long Bytes, long GrewAt, long Since)> _waits = [];
    private volatile Turn? _mine;

    /// <summary>Says that this point is about to fetch a release, until it ends that turn.</summary>
    public Turn Begin(Guid release) => _mine = new Turn(this, release, partials.BytesOf(release));

    /// <summary>The answer to another point: how many bytes of it have come here; null: fetch it yourself.</summary>
    public long? Coming(HoldingsQuestion question)
    {
        var mine = _mine;
        if (mine?.Release != question.Release)
            return null;
        if ((mine.Held, neighbourhood.Self).CompareTo((question.Held, question.Asker)) < 0 && mine.GivesWay())
            return null;
        try
        {
            return partials.BytesOf(question.Release);
        }
        catch (IOException)
        {
            // A part of it was removed that moment.
            return mine.Held;
        }
    }

    /// <param name="release">What both points lack.</param>
    /// <param name="size">Of its files.</param>
    /// <param name="coming">Bytes of it that the neighbour says it has.</param>
    public bool IsWorthWaiting(Guid release, long size, long coming)
    {
        var now = time.GetTimestamp();
        if (!_waits.TryGetValue(release, out var wait))
            wait = (coming, now, now);
        else if (coming != wait.Bytes)
            wait = (coming, now, wait.Since);
        _waits[release] = wait;
        return time.GetElapsedTime(wait.GrewAt, now) < Stall
            && time.GetElapsedTime(wait.Since, now) < Least + TimeSpan.FromSeconds(size / Slowest);
    }

    internal sealed class Turn(Turns turns, Guid release, long held)
    {
        private readonly Lock _lock = new();
        private Step _step;

        public Guid Release => release;

        /// <summary>Bytes of it that had come when it began.</summary>
        public long Held => held;

        /// <summary>The neighbours were asked, and it is fetched here.</summary>
        /// <returns>
        /// False, once: one that had not begun when it was asked has asked here since, and was told to go on. It says that it fetches if it is asked
        /// again.
        /// </returns>
        public bool Go()
        {
            lock (_lock)
            {
                _step = _step == Step.GaveWay ? Step.AsksAgain : Step.Goes;
                return _step == Step.Goes;
            }
        }

        /// <summary>To one that has more of it, unless it is fetched here already.</summary>
        public bool GivesWay()
        {
            lock (_lock)
            {
                if (_step == Step.Asks)
                    _step = Step.GaveWay;
                return _step != Step.Goes;
            }
        }

        public void End() => turns._mine = null;

        private enum Step
        {
            Asks,
            GaveWay,
            AsksAgain,
            Goes,
        }
    }
}
