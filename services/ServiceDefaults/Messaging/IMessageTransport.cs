namespace LaiChau.ServiceDefaults.Messaging;

/// <summary>Where the outbox hands its messages: a broker in the cluster, the process itself in standalone.</summary>
internal interface IMessageTransport
{
    /// <summary>
    /// Returns when the message is safe on the other side. Throws <see cref="TransportUnavailableException"/> when that side is away
    /// (try again, blame nobody); anything else is the message's own fault.
    /// </summary>
    Task Send(OutboxMessage message, CancellationToken ct);
}

internal sealed class TransportUnavailableException(string message, Exception? inner = null)
    : Exception(message, inner);
