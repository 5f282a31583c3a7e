namespace LaiChau.ServiceDefaults.Messaging;

/// <summary>
/// Standalone's transport: each subscriber applies the message in its own inbox transaction, and only when all have is it sent.
/// The outbox row stays until then, so a crash loses nothing.
/// </summary>
internal sealed class InProcessTransport(IEnumerable<Subscription> subscriptions) : IMessageTransport
{
    private readonly ILookup<string, Subscription> byUrn = subscriptions.ToLookup(s => s.Urn);

    public async Task Send(OutboxMessage message, CancellationToken ct)
    {
        if (!byUrn.Contains(message.Type))
        {
            throw new InvalidOperationException($"Nobody takes {message.Type}.");
        }
        foreach (var subscription in byUrn[message.Type])
        {
            await subscription.Deliver(message.Id, message.Payload, ct);
        }
    }
}
