using LaiChau.Testing;

namespace LaiChau.ServiceDefaults.Tests.Messaging;

public sealed class OutboxTests : IAsyncLifetime
{
    private PostgresDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await PostgresDatabase.Create();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_broker_killed_in_the_middle_of_10_000_publishes_loses_and_doubles_nothing()
    {
        const int count = 10_000;
        await using var broker = await PrivateServer.RabbitMq();
        await using var probe = await Probe.Start(database.ConnectionString, broker.Address);
        var saying = Enumerable.Range(0, 4).Select(_ => SayAll(count / 4)).ToArray();
        await Eventually.Holds(async () => (await probe.Effects()).Length > 500);
        await broker.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.True((await probe.Effects()).Length < count, "the broker was killed too late to be in the middle");
        await broker.StartAsync();
        await Task.WhenAll(saying);
        await probe.AssertAllAppliedOnce(count, TimeSpan.FromMinutes(3));

        async Task SayAll(int many)
        {
            for (var said = 0; said < many; said += 100)
            {
                await probe.Say(100);
            }
        }
    }

    [Fact]
    public async Task A_process_killed_between_commit_and_publish_publishes_when_it_is_back()
    {
        await using var broker = await PrivateServer.RabbitMq();
        await using var probe = await Probe.Start(database.ConnectionString, broker.Address);
        await probe.Say(1);
        await probe.AssertAllAppliedOnce(1, TimeSpan.FromSeconds(90));
        await broker.KillAsync();
        await probe.Say(100);
        Assert.Equal(100, await probe.Waiting());
        await probe.Kill();
        await broker.StartAsync();
        await probe.Start();
        await probe.AssertAllAppliedOnce(101, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Two_replicas_share_an_outbox_and_apply_each_message_once()
    {
        await using var broker = await RabbitMqHost.Create();
        await using var first = await Probe.Start(database.ConnectionString, broker.Uri.ToString());
        await using var second = await Probe.Start(database.ConnectionString, broker.Uri.ToString());
        await Task.WhenAll(first.Say(500), second.Say(500));
        await first.AssertAllAppliedOnce(1000, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_message_nobody_takes_is_parked_in_sight_and_the_others_pass()
    {
        await using var broker = await RabbitMqHost.Create();
        await using var probe = await Probe.Start(
            database.ConnectionString,
            broker.Uri.ToString(),
            attemptsBeforeParking: 2
        );
        using var answer = await probe.Client.PostAsync("/say-to-nobody", null);
        answer.EnsureSuccessStatusCode();
        await probe.Say(10);
        await Eventually.Holds(async () => (await probe.Effects()).Length == 10);
        await Eventually.Holds(async () =>
            (await probe.Client.GetStringAsync("/parked")).Contains("returned", StringComparison.OrdinalIgnoreCase)
        );
        await Eventually.Holds(async () =>
            (await probe.Client.GetStringAsync("/metrics"))
                .Split('\n')
                .Any(l =>
                    l.StartsWith("laichau_outbox_parked", StringComparison.Ordinal)
                    && l.Contains("} 1", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public async Task The_trace_of_the_request_reaches_the_consumer()
    {
        await using var broker = await RabbitMqHost.Create();
        await using var probe = await Probe.Start(database.ConnectionString, broker.Uri.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/say?count=1");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var answer = await probe.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        await probe.AssertAllAppliedOnce(1, TimeSpan.FromSeconds(90));
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Assert.Single(await probe.Effects()).TraceId);
    }
}
