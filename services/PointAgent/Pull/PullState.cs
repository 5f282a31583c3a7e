namespace LaiChau.PointAgent.Pull;

/// <summary>What the officer's state page says about getting new content; in memory, written by the pull alone.</summary>
internal sealed class PullState
{
    public Contact? LastContact { get; set; }

    /// <summary>Why the last attempt to reach the server failed, in the officer's language; null after a success.</summary>
    public string? Trouble { get; set; }
    public bool DiskIsFull { get; set; }
    public Transfer? Running { get; set; }
    public IReadOnlyList<Waiting> Queue { get; set; } = [];
}

internal sealed record Transfer(IReadOnlyDictionary<string, string> Title, long Expected)
{
    private long _fetched;

    public long Fetched => Interlocked.Read(ref _fetched);

    public void Add(long bytes) => Interlocked.Add(ref _fetched, bytes);
}

internal sealed record Waiting(IReadOnlyDictionary<string, string> Title, long Size);
