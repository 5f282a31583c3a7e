using System.Net.Http.Json;
using LaiChau.Testing;

namespace LaiChau.ServiceDefaults.Tests.Messaging;

/// <summary>The probe service, its database and its broker, and what the tests ask it.</summary>
internal static class Probe
{
    public static Task<ServiceProcess> Start(string database, string? broker, int attemptsBeforeParking = 8) =>
        ServiceProcess.Start(
            "tests/MessagingProbe",
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Probe"] = database,
                ["ConnectionStrings:RabbitMq"] = broker,
                ["Messaging:AttemptsBeforeParking"] = $"{attemptsBeforeParking}",
            }
        );

    public static async Task Say(this ServiceProcess probe, int count)
    {
        using var answer = await probe.Client.PostAsync($"/say?count={count}", null);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task SayVersions(this ServiceProcess probe, Guid id, params long[] versions)
    {
        using var answer = await probe.Client.PostAsync(
            $"/say-versions?id={id}&versions={string.Join("&versions=", versions)}",
            null
        );
        answer.EnsureSuccessStatusCode();
    }

    public static async Task<Effect[]> Effects(this ServiceProcess probe) =>
        (await probe.Client.GetFromJsonAsync<Effect[]>("/effects"))!;

    public static Task<int> Waiting(this ServiceProcess probe) => probe.Client.GetFromJsonAsync<int>("/waiting");

    /// <summary>Every one of so many messages was applied, each exactly once, and nothing waits.</summary>
    public static async Task AssertAllAppliedOnce(this ServiceProcess probe, int count, TimeSpan timeout)
    {
        await Eventually.Holds(
            async () => await probe.Waiting() == 0 && (await probe.Effects()).Length >= count,
            timeout
        );
        // A second copy would still be on its way: give it the chance to show.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var effects = await probe.Effects();
        Assert.Equal(count, effects.Length);
        Assert.All(effects, e => Assert.Equal(1, e.Applied));
    }
}

internal sealed record Effect(Guid Id, int Applied, long Version, string? TraceId);
