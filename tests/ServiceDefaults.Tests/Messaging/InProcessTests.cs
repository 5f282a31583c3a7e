using LaiChau.Testing;

namespace LaiChau.ServiceDefaults.Tests.Messaging;

public sealed class InProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("probe").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Without_a_broker_a_process_killed_again_and_again_loses_and_doubles_nothing()
    {
        await using var probe = await Probe.Start($"Data Source={folder}/probe.db", broker: null);
        for (var round = 0; round < 4; round++)
        {
            await probe.Say(100);
            await probe.Kill();
            await probe.Start();
        }
        await probe.AssertAllAppliedOnce(400, TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Without_a_broker_a_message_nobody_takes_is_parked()
    {
        await using var probe = await Probe.Start(
            $"Data Source={folder}/probe.db",
            broker: null,
            attemptsBeforeParking: 1
        );
        using var answer = await probe.Client.PostAsync("/say-to-nobody", null);
        answer.EnsureSuccessStatusCode();
        await Eventually.Holds(async () =>
            (await probe.Client.GetStringAsync("/parked")).Contains("Nobody takes", StringComparison.Ordinal)
        );
    }
}
