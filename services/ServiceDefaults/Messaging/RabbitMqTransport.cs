using System.Text.Json;
using LaiChau.ServiceDefaults.Http;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace LaiChau.ServiceDefaults.Messaging;

/// <summary>
/// The bus on RabbitMQ: quorum queues under written-out names, publisher confirms, and mandatory publishes, so that a message
/// nobody takes is an error here and not a silence.
/// </summary>
internal sealed class RabbitMqTransport : IMessageTransport, IHostedService, IHealthCheck, IDisposable
{
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(20);
    private readonly IBusControl bus;
    private readonly CancellationTokenSource stopping = new();
    private Task starting = Task.CompletedTask;

    public RabbitMqTransport(Uri broker, IEnumerable<Subscription> subscriptions, ILoggerFactory logs)
    {
        LogContext.ConfigureCurrentLogContext(logs);
        bus = Bus.Factory.CreateUsingRabbitMq(cfg =>
        {
            cfg.Host(broker, host => host.PublisherConfirmation = true);
            // The bus's own queue, unused here, must be of a kind that every RabbitMQ from 3.10 to 4.3 still declares.
            cfg.Durable = true;
            cfg.AutoDelete = false;
            cfg.QueueExpiration = TimeSpan.FromMinutes(5);
            cfg.ConfigureJsonSerializerOptions(PlatformJson.ApplyStored);
            cfg.SendTopology.ConfigureErrorSettings = settings => settings.SetQueueArgument("x-queue-type", "quorum");
            cfg.SendTopology.ConfigureDeadLetterSettings = settings =>
                settings.SetQueueArgument("x-queue-type", "quorum");
            foreach (var subscription in subscriptions)
            {
                cfg.ReceiveEndpoint(
                    subscription.Queue,
                    endpoint =>
                    {
                        endpoint.SetQuorumQueue();
                        // What fails is in the queue's _error queue; nobody listens for fault events.
                        endpoint.PublishFaults = false;
                        endpoint.PrefetchCount = 32;
                        endpoint.UseMessageRetry(retry =>
                            retry.Exponential(
                                6,
                                TimeSpan.FromMilliseconds(100),
                                TimeSpan.FromSeconds(20),
                                TimeSpan.FromMilliseconds(300)
                            )
                        );
                        subscription.Bind(endpoint);
                    }
                );
            }
        });
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A service comes up while its broker is away: state is written, messages wait in the outbox.
        starting = bus.StartAsync(stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        try
        {
            await starting;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return;
        }
        await bus.StopAsync(cancellationToken);
    }

    public async Task Send(OutboxMessage message, CancellationToken ct)
    {
        if (!starting.IsCompletedSuccessfully)
        {
            throw new TransportUnavailableException("The broker is not connected yet.");
        }
        var type =
            MessageTypes.Find(message.Type)
            ?? throw new InvalidOperationException($"{message.Type} is not a message of this version.");
        var payload = JsonSerializer.Deserialize(message.Payload, type, PlatformJson.Stored)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ConfirmTimeout);
        try
        {
#pragma warning disable RS0030 // The one place that may publish: what it publishes is in the outbox.
            await bus.Publish(
                payload,
                type,
                context =>
                {
                    context.MessageId = message.Id;
                    context.GetPayload<RabbitMqSendContext>().Mandatory = true;
                },
                limit.Token
            );
#pragma warning restore RS0030
        }
        catch (MessageReturnedException)
        {
            throw;
        }
        catch (Exception fault)
            when (fault
                    is RabbitMqConnectionException
                        or OperationInterruptedException
                        or AlreadyClosedException
                        or MessageNotAcknowledgedException
                        or IOException
                || (fault is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            throw new TransportUnavailableException("The broker did not confirm.", fault);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        var health = bus.CheckHealth();
        return Task.FromResult(
            health.Status == BusHealthStatus.Healthy
                ? HealthCheckResult.Healthy()
                // The service itself goes on without the broker: what it says waits in the outbox.
                : HealthCheckResult.Degraded($"RabbitMQ: {health.Description}")
        );
    }

    public void Dispose() => stopping.Dispose();
}
