using System.Net.Http.Json;
using LaiChau.Testing;

namespace LaiChau.ServiceDefaults.Tests.Messaging;

public sealed class InboxTests : IAsyncLifetime
{
    private PostgresDatabase database = null!;
    private RabbitMqHost broker = null!;
    private ServiceProcess probe = null!;

    public async ValueTask InitializeAsync()
    {
        database = await PostgresDatabase.Create();
        broker = await RabbitMqHost.Create();
        probe = await Probe.Start(database.ConnectionString, broker.Uri.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await probe.DisposeAsync();
        await broker.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_message_older_than_what_was_applied_has_no_effect()
    {
        var id = Guid.CreateVersion7();
        await probe.SayVersions(id, 1, 3);
        await Eventually.Holds(async () => (await probe.Effects()).Any(e => e.Version == 3));
        await probe.SayVersions(id, 2, 4);
        await Eventually.Holds(async () => (await probe.Effects()).Any(e => e.Version == 4));
        Assert.DoesNotContain(await probe.Effects(), e => e.Applied > 3);
    }

    [Fact]
    public async Task The_same_message_sent_again_has_one_effect()
    {
        await probe.Client.PostAsync("/say?count=1", null);
        await probe.AssertAllAppliedOnce(1, TimeSpan.FromSeconds(90));
        var message = await database.Scalar<Guid>("SELECT id FROM inbox");
        var aggregate = await database.Scalar<Guid>("SELECT aggregate_id FROM inbox_position");
        // As after a crash between the broker's confirm and the deletion: the row is still there and goes out once more, here as a
        // version that order alone would let pass.
        await database.Execute(
            $$"""
            INSERT INTO outbox (id, type, aggregate_id, aggregate_version, payload, created_at, next_attempt_at, attempts)
            VALUES ('{{message}}', 'laichau:telemetry:point-silent:v1', '{{aggregate}}', 9,
                '{"pointId":"{{aggregate}}","lastContactAt":"2026-01-01T00:00:00Z","noticedAt":"2026-01-01T00:00:00Z","aggregateVersion":9}', now(), now(), 0)
            """
        );
        await probe.AssertAllAppliedOnce(1, TimeSpan.FromSeconds(90));
        Assert.Equal(1, Assert.Single(await probe.Effects()).Version);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_goes_aside_and_the_next_passes()
    {
        await probe.Say(1);
        await probe.AssertAllAppliedOnce(1, TimeSpan.FromSeconds(90));
        await broker.Publish(
            "laichau.telemetry.point-silent.v1",
            "",
            """{"messageId":"0196b9a0-0000-7000-8000-000000000001","messageType":["laichau:telemetry:point-silent:v1"],"message":{"pointId":"no id"}}""",
            new { content_type = "application/vnd.masstransit+json" }
        );
        await probe.Say(1);
        await probe.AssertAllAppliedOnce(2, TimeSpan.FromSeconds(90));
        await Eventually.Holds(async () => await broker.Waiting("laichau.probe.point-silent_error") == 1);
        await Eventually.Holds(async () => await broker.Waiting("laichau.probe.point-silent") == 0);
    }

    [Fact]
    public async Task Versions_of_one_aggregate_end_at_the_newest()
    {
        var id = Guid.CreateVersion7();
        await probe.SayVersions(id, [.. Enumerable.Range(1, 60).Select(v => (long)v)]);
        await Eventually.Holds(async () =>
            await probe.Waiting() == 0 && (await probe.Effects()).Any(e => e.Version == 60)
        );
    }

    [Fact]
    public async Task A_database_away_while_messages_come_loses_none()
    {
        await using var own = await PrivateServer.Postgres();
        await using var quiet = await RabbitMqHost.Create();
        await using var sayer = await Probe.Start(own.Address, quiet.Uri.ToString());
        await sayer.Say(5);
        await sayer.AssertAllAppliedOnce(5, TimeSpan.FromSeconds(90));
        var saying = SayOn();
        await Eventually.Holds(async () => (await sayer.Effects()).Length > 20);
        await own.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => saying);
        await own.StartAsync();
        await Eventually.Holds(async () => await sayer.Waiting() == 0);
        await Eventually.Passes(
            async () =>
            {
                var said = await sayer.Client.GetFromJsonAsync<int>("/said");
                Assert.Equal(said, (await sayer.Effects()).Length);
                return said;
            },
            TimeSpan.FromSeconds(60)
        );
        Assert.All(await sayer.Effects(), e => Assert.Equal(1, e.Applied));

        async Task SayOn()
        {
            while (true)
            {
                await sayer.Say(100);
            }
        }
    }
}
