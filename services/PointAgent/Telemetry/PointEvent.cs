namespace LaiChau.PointAgent.Telemetry;

/// <summary>
/// One thing that happened at the point. Its id is made once, with it: however often it is sent, the server counts it once.
/// </summary>
internal sealed record PointEvent(Guid Id, DateTimeOffset At, string Kind)
{
    public string? AgentVersion { get; init; }
    public long? MetadataVersion { get; init; }
    public long? DiskFreeBytes { get; init; }
    public int? ActiveGuests { get; init; }
    public Guid? ReleaseId { get; init; }
    public string? Package { get; init; }
    public int? Version { get; init; }
    public string? Reason { get; init; }
    public string? Path { get; init; }
    public string? Language { get; init; }
    public string? Visitor { get; init; }
    public long? Bytes { get; init; }
    public int? Requests { get; init; }
    public double? Seconds { get; init; }
    public string? Why { get; init; }
    public Guid? By { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public string? Note { get; init; }
    public string? Title { get; init; }
    public string? Description { get; init; }
    public string? Equipment { get; init; }
    public int? Urgent { get; init; }

    public static PointEvent Of(string kind, DateTimeOffset at) => new(Guid.CreateVersion7(at), at, kind);
}

internal sealed record EventBatch(IReadOnlyList<PointEvent> Events);

/// <summary>Events that travel without the point: signed, they are the point's word whoever brings them.</summary>
internal sealed record SignedEvents(Guid Point, DateTimeOffset At, IReadOnlyList<PointEvent> Events);

internal sealed record EventsAnswer(int Accepted, int Duplicates, RefusedEvent[]? Rejected);

internal sealed record RefusedEvent(Guid Id, string Code);
