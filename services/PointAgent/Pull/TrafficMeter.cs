namespace LaiChau.PointAgent.Pull;

/// <summary>What went over the link, so that every cost can be explained.</summary>
/// <param name="pass">Leave to let more come; null: what has to come whatever it costs.</param>
internal sealed class TrafficMeter(LinkPass? pass = null)
{
    private long _bytes;
    private int _requests;

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Requests => Volatile.Read(ref _requests);

    /// <returns>How much may be read at once.</returns>
    public ValueTask<int> Admit(int most, CancellationToken stop) => pass?.Admit(most, stop) ?? new(most);

    public void CountBytes(int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        pass?.Came(bytes);
    }

    public void CountRequest() => Interlocked.Increment(ref _requests);
}
