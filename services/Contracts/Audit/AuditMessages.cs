using System.Security.Cryptography;
using System.Text;
using MassTransit;

namespace LaiChau.Contracts.Audit;

/// <summary>A service's audit trail now ends here. Aggregate: the trail of one service.</summary>
[MessageUrn("laichau:audit:head-moved:v1", useDefaultPrefix: false)]
[EntityName("laichau.audit.head-moved.v1")]
public sealed record AuditHeadMoved : IMessage
{
    /// <summary>As in the path of its API: <c>catalog</c>, <c>bulletins</c>, <c>points</c>, <c>telemetry</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Number of the last entry, counted from 1 without a gap.</summary>
    public required long No { get; init; }

    /// <summary>The last entry's hash by <see cref="AuditChain"/>: 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }
    public required DateTimeOffset At { get; init; }

    Guid IMessage.AggregateId =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"laichau:audit:{Service}")).AsSpan(0, 16), bigEndian: true);

    long IMessage.AggregateVersion => No;
}
