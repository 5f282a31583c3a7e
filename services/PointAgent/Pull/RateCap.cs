namespace LaiChau.PointAgent.Pull;

/// <summary>Holds back who has read too much: over any time no more than the cap allows, but for one second's worth and one read.</summary>
internal sealed class RateCap(AgentOptions options, TimeProvider time)
{
    private double _bytes;
    private long _since = time.GetTimestamp();

    public async ValueTask<int> Wait(int most, CancellationToken stop)
    {
        if (options.BytesPerSecond is not { } cap)
            return most;
        while (Refilled(cap) < 0)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(-_bytes / cap * 1000)), time, stop);
        return (int)Math.Min(most, cap);
    }

    public void Spend(int bytes) => _bytes -= bytes;

    private double Refilled(long cap)
    {
        var now = time.GetTimestamp();
        _bytes = Math.Min(cap, _bytes + time.GetElapsedTime(_since, now).TotalSeconds * cap);
        _since = now;
        return _bytes;
    }
}
