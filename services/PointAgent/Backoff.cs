using static LaiChau.PointAgent.Durations;

namespace LaiChau.PointAgent;

/// <summary>Doubling waits with jitter, so that a thousand points do not come back in the same second after an outage.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int _failures;

    /// <summary>For what is otherwise done at this interval: a link that was cut for a moment is back sooner than that.</summary>
    public static Backoff For(TimeSpan interval) =>
        new(Shorter(interval, TimeSpan.FromSeconds(15)), Longer(interval, TimeSpan.FromMinutes(30)));

    public void Succeeded() => _failures = 0;

    public TimeSpan Failed() => Jitter(Shorter(first * Math.Pow(2, Math.Min(_failures++, 20)), longest));

    public static TimeSpan Jitter(TimeSpan span) => span * (0.8 + (Random.Shared.NextDouble() * 0.4));
}
