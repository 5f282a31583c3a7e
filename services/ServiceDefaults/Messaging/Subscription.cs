using System.Diagnostics;
using System.Text.Json;
using LaiChau.Contracts;
using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Http;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LaiChau.ServiceDefaults.Messaging;

/// <summary>
/// Applies one kind of message from another service. Runs inside the inbox transaction of the service's database:
/// what it changes through its DbContext and what it publishes is committed with the note that the message was applied.
/// </summary>
public interface IHandle<in TMessage>
    where TMessage : class, IMessage
{
    Task Handle(TMessage message, CancellationToken ct);
}

/// <summary>A queue of this service and the message it takes.</summary>
internal abstract class Subscription(string queue, string urn)
{
    public string Queue { get; } = queue;

    public string Urn { get; } = urn;

    /// <summary>Applies a stored message in this process, for the transport without a broker.</summary>
    public abstract Task Deliver(Guid messageId, string payload, CancellationToken ct);

    /// <summary>Binds the queue on the broker.</summary>
    public abstract void Bind(IReceiveEndpointConfigurator endpoint);
}

internal sealed class Subscription<TMessage, THandler, TDb>(
    string queue,
    IServiceScopeFactory scopes,
    ILogger<THandler> log
) : Subscription(queue, MessageTypes.UrnOf(typeof(TMessage)))
    where TMessage : class, IMessage
    where THandler : class, IHandle<TMessage>
    where TDb : PlatformDb
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    public override Task Deliver(Guid messageId, string payload, CancellationToken ct) =>
        Apply(messageId, JsonSerializer.Deserialize<TMessage>(payload, PlatformJson.Stored)!, ct);

    public override void Bind(IReceiveEndpointConfigurator endpoint) =>
        endpoint.Handler<TMessage>(async context =>
        {
            var id = context.MessageId ?? throw new InvalidOperationException("A message without an id is not ours.");
            for (var wait = TimeSpan.FromMilliseconds(200); ; wait = wait < LongestWait ? wait * 2 : wait)
            {
                try
                {
                    await Apply(id, context.Message, context.CancellationToken);
                    return;
                }
                catch (Exception away) when (DatabaseFaults.IsUnavailable(away))
                {
                    // The message is fine, the database is away: hold it unacknowledged rather than park it as an error.
                    log.LogWarning("{Urn} {MessageId} is held, the database is away: {Fault}", Urn, id, away.Message);
                    await Task.Delay(wait, context.CancellationToken);
                }
            }
        });

    private async Task Apply(Guid messageId, TMessage message, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var db = services.GetRequiredService<TDb>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var fresh = await db.Database.ExecuteSqlAsync(
            $"INSERT INTO inbox (id, received_at) VALUES ({messageId}, {Stamp(db, now)}) ON CONFLICT (id) DO NOTHING",
            ct
        );
        if (fresh == 0)
        {
            log.LogDebug("{Urn} {MessageId} was applied before", Urn, messageId);
            MessagingMetrics.Skipped(Urn, "duplicate");
            return;
        }
        var newer = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO inbox_position (source, aggregate_id, version)
            VALUES ({MessageTypes.SourceOf(Urn)}, {message.AggregateId}, {message.AggregateVersion})
            ON CONFLICT (source, aggregate_id) DO UPDATE SET version = excluded.version
            WHERE inbox_position.version < excluded.version
            """,
            ct
        );
        if (newer == 0)
        {
            log.LogInformation(
                "{Urn} version {Version} of {AggregateId} came late and is skipped",
                Urn,
                message.AggregateVersion,
                message.AggregateId
            );
            MessagingMetrics.Skipped(Urn, "late");
        }
        else
        {
            Activity.Current?.SetTag("laichau.aggregate_id", message.AggregateId);
            await services.GetRequiredService<THandler>().Handle(message, ct);
            await db.SaveChangesAsync(ct);
        }
        await transaction.CommitAsync(ct);
        MessagingMetrics.Applied(Urn);
    }

    private static object Stamp(TDb db, DateTimeOffset now) => db.IsPostgres ? now : now.UtcTicks;
}
