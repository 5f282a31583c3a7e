namespace LaiChau.Contracts;

/// <summary>
/// What every message between services carries beside its own content. A message speaks of one aggregate and holds the
/// whole state it reports, so that a consumer may skip one that is older than what it has already applied.
/// </summary>
public interface IMessage
{
    /// <summary>The aggregate the message speaks of: a release, a bulletin, a point.</summary>
    Guid AggregateId { get; }

    /// <summary>Rises by at least one with every message of the same aggregate; never reused.</summary>
    long AggregateVersion { get; }
}
