using System.Diagnostics;
using LaiChau.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LaiChau.ServiceDefaults.Messaging;

/// <summary>
/// Sends what the outbox holds: batches taken with <c>FOR UPDATE SKIP LOCKED</c> so that replicas share the work, only the oldest message
/// of each aggregate so that order holds, all of a batch at once because one confirm at a time is slow. PostgreSQL's NOTIFY wakes it early; a
/// poll finds everything even if no notice ever comes.
/// </summary>
internal sealed class OutboxDispatcher<TDb>(
    string service,
    IServiceScopeFactory scopes,
    IMessageTransport transport,
    TimeProvider time,
    IConfiguration configuration,
    ILogger<OutboxDispatcher<TDb>> log
) : BackgroundService
    where TDb : PlatformDb
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan InboxKept = TimeSpan.FromDays(30);
    private readonly int attemptsBeforeParking = configuration.GetValue("Messaging:AttemptsBeforeParking", 8);
    private volatile OutboxState state = OutboxState.Empty;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        MessagingMetrics.Observe(service, () => state);
        var pause = TimeSpan.Zero;
        var nextHousekeeping = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<TDb>();
                var taken = await SendBatch(db, stoppingToken);
                if (time.GetUtcNow() >= nextHousekeeping)
                {
                    await KeepHouse(db, stoppingToken);
                    nextHousekeeping = time.GetUtcNow() + Housekeeping;
                }
                pause = TimeSpan.Zero;
                if (taken == 0)
                {
                    await Sleep(db, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                pause = TimeSpan.FromSeconds(Math.Clamp(pause.TotalSeconds * 2, 0.5, 15));
                log.LogWarning(
                    fault,
                    "Outbox of {Service} waits {Seconds} s: {Fault}",
                    service,
                    pause.TotalSeconds,
                    fault.Message
                );
                await Task.Delay(pause, time, stoppingToken);
            }
        }
    }

    private async Task<int> SendBatch(TDb db, CancellationToken ct)
    {
        // On SQLite the subscribers write beside us in this process: holding our lock while they work could lock both.
        await using var transaction = db.IsPostgres ? await db.Database.BeginTransactionAsync(ct) : null;
        var now = time.GetUtcNow();
        var batch = await Take(db, now).ToListAsync(ct);
        if (batch.Count == 0)
        {
            return 0;
        }
        var outcomes = db.IsPostgres ? await Task.WhenAll(batch.Select(m => Send(m, ct))) : await SendInTurn(batch, ct);
        var away = outcomes.OfType<TransportUnavailableException>().FirstOrDefault();
        foreach (var (message, fault) in batch.Zip(outcomes))
        {
            if (fault is null)
            {
                db.Outbox.Remove(message);
            }
            else if (fault is not TransportUnavailableException)
            {
                Blame(message, fault, now);
            }
        }
        await db.SaveChangesAsync(ct);
        if (transaction is not null)
        {
            await transaction.CommitAsync(ct);
        }
        MessagingMetrics.Sent(outcomes.Count(o => o is null));
        return away is null ? batch.Count : throw away;
    }

    private static IQueryable<OutboxMessage> Take(TDb db, DateTimeOffset now) =>
        db.IsPostgres
            ? db.Outbox.FromSql(
                $"""
                SELECT * FROM outbox AS o
                WHERE parked_at IS NULL AND next_attempt_at <= {now} AND NOT EXISTS (
                    SELECT 1 FROM outbox AS earlier
                    WHERE earlier.aggregate_id = o.aggregate_id AND earlier.position < o.position AND earlier.parked_at IS NULL)
                ORDER BY position LIMIT {BatchSize} FOR UPDATE OF o SKIP LOCKED
                """
            )
            : db
                .Outbox.Where(o =>
                    o.ParkedAt == null
                    && o.NextAttemptAt <= now
                    && !db.Outbox.Any(e =>
                        e.AggregateId == o.AggregateId && e.Position < o.Position && e.ParkedAt == null
                    )
                )
                .OrderBy(o => o.Position)
                .Take(BatchSize);

    private async Task<Exception?[]> SendInTurn(List<OutboxMessage> batch, CancellationToken ct)
    {
        var outcomes = new Exception?[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            outcomes[i] = await Send(batch[i], ct);
        }
        return outcomes;
    }

    private async Task<Exception?> Send(OutboxMessage message, CancellationToken ct)
    {
        using var activity = MessagingMetrics.Source.StartActivity(
            $"outbox {message.Type}",
            ActivityKind.Producer,
            message.TraceParent
        );
        try
        {
            await transport.Send(message, ct);
            return null;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Message);
            return fault;
        }
    }

    private void Blame(OutboxMessage message, Exception fault, DateTimeOffset now)
    {
        message.Attempts++;
        message.LastError = fault.Message;
        message.NextAttemptAt = now + TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, message.Attempts) / 4));
        if (message.Attempts >= attemptsBeforeParking)
        {
            message.ParkedAt = now;
            log.LogError(
                fault,
                "{Urn} {MessageId} is parked after {Attempts} attempts",
                message.Type,
                message.Id,
                message.Attempts
            );
        }
        else
        {
            log.LogWarning("{Urn} {MessageId} failed: {Fault}", message.Type, message.Id, fault.Message);
        }
    }

    private async Task KeepHouse(TDb db, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var oldest = await db.Outbox.Where(o => o.ParkedAt == null).MinAsync(o => (DateTimeOffset?)o.CreatedAt, ct);
        state = new OutboxState(
            oldest is { } at ? now - at : TimeSpan.Zero,
            await db.Outbox.CountAsync(o => o.ParkedAt == null, ct),
            await db.Outbox.CountAsync(o => o.ParkedAt != null, ct)
        );
        var forgotten = now - InboxKept;
        await db.Inbox.Where(m => m.ReceivedAt < forgotten).ExecuteDeleteAsync(ct);
    }

    /// <summary>Until a notice comes or a second has passed.</summary>
    private async Task Sleep(TDb db, CancellationToken ct)
    {
        if (!db.IsPostgres)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(150), time, ct);
            return;
        }
        await db.Database.OpenConnectionAsync(ct);
        await db.Database.ExecuteSqlRawAsync($"LISTEN {PlatformDb.WakeChannel}", ct);
        // What was committed between the empty batch and LISTEN gave no notice here.
        if (!await db.Outbox.AnyAsync(o => o.ParkedAt == null && o.NextAttemptAt <= time.GetUtcNow(), ct))
        {
            await ((NpgsqlConnection)db.Database.GetDbConnection()).WaitAsync(TimeSpan.FromSeconds(1), ct);
        }
        await db.Database.ExecuteSqlRawAsync("UNLISTEN *", ct);
    }
}
