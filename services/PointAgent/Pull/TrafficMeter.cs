namespace LaiChau.PointAgent.Pull;

/// <summary>What went over the link, so that every cost can be explained.</summary>
internal sealed class TrafficMeter
{
    private long _bytes;
    private int _requests;

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Requests => Volatile.Read(ref _requests);

    public void CountBytes(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void CountRequest() => Interlocked.Increment(ref _requests);
}
