using System.Collections.Concurrent;
using System.Text.Json;
using LaiChau.Contracts;
using LaiChau.ServiceDefaults.Http;
using LaiChau.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace LaiChau.Telemetry.Tests;

/// <summary>A queue such as another service has, and what arrives in it.</summary>
internal sealed class Listener<TMessage> : IAsyncDisposable
    where TMessage : IMessage
{
    private readonly ConcurrentQueue<TMessage> heard = new();
    private IConnection connection = null!;

    public IReadOnlyList<TMessage> Heard => [.. heard];

    public static async Task<Listener<TMessage>> To(RabbitMqHost broker, string exchange)
    {
        var listener = new Listener<TMessage> { connection = await Connect(broker) };
        var channel = await listener.connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            using var envelope = JsonDocument.Parse(delivery.Body);
            var message = envelope.RootElement.GetProperty("message");
            listener.heard.Enqueue(message.Deserialize<TMessage>(PlatformJson.Options)!);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return listener;
    }

    internal static Task<IConnection> Connect(RabbitMqHost broker) =>
        new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

internal static class BrokerQueues
{
    /// <summary>Fails unless the queue is there.</summary>
    public static async Task Expect(this RabbitMqHost broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclarePassiveAsync(queue);
    }
}
