namespace LaiChau.PointAgent.Pull;

/// <summary>The last time the server's signed metadata was seen, and which.</summary>
internal sealed record Contact(DateTimeOffset At, long MetadataVersion);
