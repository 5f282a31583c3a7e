namespace LaiChau.PointAgent.Neighbours;

/// <summary>Another point on the LAN: where it answers, and how it has behaved.</summary>
/// <param name="name">Host and port.</param>
/// <param name="time">For how long it is left alone after a fault.</param>
internal sealed class Neighbour(string name, TimeProvider time)
{
    private static readonly TimeSpan AfterALie = TimeSpan.FromDays(1);
    private readonly Backoff _backoff = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));
    private readonly Lock _turn = new();
    private (long Since, TimeSpan For) _aside;
    private long _taken;

    public string Name => name;
    public Uri Address { get; } = new($"http://{name}/");

    /// <summary>What came from it, bytes.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>It gave what is not what was asked for: what is signed says so.</summary>
    public bool HasLied { get; private set; }

    /// <summary>It did not answer, or broke off, the last time.</summary>
    public bool HasFailed { get; private set; }

    public bool IsToBeAsked
    {
        get
        {
            lock (_turn)
                return _aside.For == TimeSpan.Zero || time.GetElapsedTime(_aside.Since) >= _aside.For;
        }
    }

    /// <summary>Words alone do not make it any better.</summary>
    public void Answered() => (HasLied, HasFailed) = (false, false);

    public void Gave(long bytes)
    {
        Interlocked.Add(ref _taken, bytes);
        lock (_turn)
            _backoff.Succeeded();
    }

    /// <returns>For how long it is left alone.</returns>
    public TimeSpan Failed() => LeaveAlone(hasLied: false);

    /// <inheritdoc cref="Failed"/>
    public TimeSpan Lied() => LeaveAlone(hasLied: true);

    private TimeSpan LeaveAlone(bool hasLied)
    {
        lock (_turn)
        {
            (HasLied, HasFailed) = (hasLied, !hasLied);
            _aside = (time.GetTimestamp(), hasLied ? AfterALie : _backoff.Failed());
            return _aside.For;
        }
    }
}
