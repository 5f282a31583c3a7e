using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace LaiChau.Testing;

/// <summary>A fresh virtual host on the shared broker: no queue or exchange of another test; deleted at the end.</summary>
public sealed class RabbitMqHost : IAsyncDisposable
{
    private readonly HttpClient management;

    private RabbitMqHost(Uri broker, HttpClient management, string name)
    {
        this.management = management;
        Name = name;
        Uri = new Uri(broker, $"/{name}");
    }

    public string Name { get; }

    /// <summary>amqp://user:password@host:port/virtual-host</summary>
    public Uri Uri { get; }

    /// <summary>The setting by which a service takes it.</summary>
    public KeyValuePair<string, string?> Setting => new("ConnectionStrings:RabbitMq", Uri.ToString());

    public static async Task<RabbitMqHost> Create()
    {
        var server = await SharedServers.RabbitMq;
        var client = new HttpClient { BaseAddress = server.Management };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(server.Amqp.UserInfo))
        );
        var host = new RabbitMqHost(server.Amqp, client, $"test-{Guid.CreateVersion7():n}");
        using var created = await client.PutAsync($"/api/vhosts/{host.Name}", Json("{}"));
        created.EnsureSuccessStatusCode();
        var user = server.Amqp.UserInfo.Split(':')[0];
        using var permitted = await client.PutAsync(
            $"/api/permissions/{host.Name}/{user}",
            Json("""{"configure":".*","write":".*","read":".*"}""")
        );
        permitted.EnsureSuccessStatusCode();
        return host;
    }

    /// <summary>Messages waiting in a queue now, ready and unacknowledged; the broker counts them every few seconds.</summary>
    public async Task<int> Waiting(string queue)
    {
        using var response = await management.GetAsync($"/api/queues/{Name}/{Uri.EscapeDataString(queue)}");
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return 0;
        }
        response.EnsureSuccessStatusCode();
        var description = await response.Content.ReadFromJsonAsync<JsonElement>();
        return description.TryGetProperty("messages", out var messages) ? messages.GetInt32() : 0;
    }

    /// <summary>A queue as another service has: keeps what is published to the exchange (MassTransit's name for a message) from now on.</summary>
    public async Task Listen(string queue, string exchange)
    {
        using var exchanged = await management.PutAsync(
            $"/api/exchanges/{Name}/{exchange}",
            Json("""{"type":"fanout","durable":true}""")
        );
        exchanged.EnsureSuccessStatusCode();
        using var queued = await management.PutAsync($"/api/queues/{Name}/{queue}", Json("""{"durable":true}"""));
        queued.EnsureSuccessStatusCode();
        using var bound = await management.PostAsync($"/api/bindings/{Name}/e/{exchange}/q/{queue}", Json("{}"));
        bound.EnsureSuccessStatusCode();
    }

    /// <summary>
    /// The bodies of all messages in a queue, oldest first; they stay there. One that came twice, as after a kill between telling and crossing
    /// off, stands once, as every consumer takes it.
    /// </summary>
    public async Task<IReadOnlyList<JsonElement>> Heard(string queue, int most = 1000)
    {
        using var response = await management.PostAsync(
            $"/api/queues/{Name}/{queue}/get",
            Json($$"""{"count":{{most}},"ackmode":"ack_requeue_true","encoding":"auto"}""")
        );
        response.EnsureSuccessStatusCode();
        var messages = await response.Content.ReadFromJsonAsync<JsonElement[]>() ?? [];
        return
        [
            .. messages
                .Select(m => JsonElement.Parse(m.GetProperty("payload").GetString()!))
                .DistinctBy(envelope => envelope.GetProperty("messageId").GetGuid())
                .Select(envelope => envelope.GetProperty("message")),
        ];
    }

    /// <summary>
    /// Puts a raw message into an exchange, e.g. one that no consumer can read; waits for a queue behind it, because a service is
    /// ready before its consumers are.
    /// </summary>
    public Task Publish(string exchange, string routingKey, string payload, object? properties = null) =>
        Eventually.Passes(async () =>
        {
            using var response = await management.PostAsJsonAsync(
                $"/api/exchanges/{Name}/{Uri.EscapeDataString(exchange)}/publish",
                new
                {
                    properties = properties ?? new { },
                    routing_key = routingKey,
                    payload,
                    payload_encoding = "string",
                }
            );
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(answer.GetProperty("routed").GetBoolean(), $"no queue behind {exchange}");
        });

    public async ValueTask DisposeAsync()
    {
        using var response = await management.DeleteAsync($"/api/vhosts/{Name}");
        management.Dispose();
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
