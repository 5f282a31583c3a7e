using LaiChau.PointAgent.Sticks;

namespace LaiChau.PointAgent.Pull;

/// <summary>What the officer's state page says about getting new content; in memory, written by the pull alone.</summary>
internal sealed class PullState
{
    public Contact? LastContact { get; set; }

    /// <summary>The last time a stick's was taken, and which.</summary>
    public Contact? LastStick { get; set; }

    /// <summary>When what is known became known.</summary>
    public Contact? Freshest => LastContact is null || LastStick?.At > LastContact.At ? LastStick : LastContact;

    /// <summary>What became of the last stick.</summary>
    public StickReport? Stick { get; set; }

    /// <summary>A request waits at the server: news comes as soon as there is some.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Why the last attempt to reach the server failed, in the officer's language; null after a success.</summary>
    public string? Trouble { get; set; }
    public bool DiskIsFull { get; set; }

    /// <summary>News is promised for this time: deltas that a release is waiting for.</summary>
    public DateTimeOffset? NewsAt { get; set; }
    public Transfer? Running { get; set; }

    /// <summary>When its loop last came by, which it does every few seconds whatever is on its way: a timestamp of the time provider.</summary>
    public long CameBy { get; set; }
    public IReadOnlyList<Waiting> Queue { get; set; } = [];
}

/// <param name="Title">Of the release.</param>
/// <param name="Expected">Bytes that the way chosen costs.</param>
/// <param name="Meter">What has come over the link.</param>
internal sealed record Transfer(IReadOnlyDictionary<string, string> Title, long Expected, TrafficMeter Meter)
{
    public long Fetched => Meter.Bytes;
}

/// <param name="Title">Of the release.</param>
/// <param name="Size">Of its files.</param>
/// <param name="Why">Why it has to wait, in the officer's language; null: it is its turn soon.</param>
internal sealed record Waiting(IReadOnlyDictionary<string, string> Title, long Size, string? Why);
