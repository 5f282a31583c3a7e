using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LaiChau.ServiceDefaults.Messaging;

internal static class MessagingMetrics
{
    public const string Name = "LaiChau.Messaging";
    public static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> SentCount = Meter.CreateCounter<long>(
        "laichau.outbox.sent",
        "{message}",
        "Messages the broker has confirmed"
    );
    private static readonly Counter<long> AppliedCount = Meter.CreateCounter<long>(
        "laichau.inbox.applied",
        "{message}",
        "Messages applied once"
    );
    private static readonly Counter<long> SkippedCount = Meter.CreateCounter<long>(
        "laichau.inbox.skipped",
        "{message}",
        "Messages that had no effect: seen before or out of date"
    );

    public static void Sent(int count) => SentCount.Add(count);

    public static void Applied(string urn) => AppliedCount.Add(1, new KeyValuePair<string, object?>("message", urn));

    public static void Skipped(string urn, string why) =>
        SkippedCount.Add(1, new("message", urn), new KeyValuePair<string, object?>("why", why));

    /// <summary>Gauges of one service's outbox: how long the oldest message waits, how many wait, how many are parked.</summary>
    public static void Observe(string service, Func<OutboxState> state)
    {
        KeyValuePair<string, object?>[] tags = [new("service", service)];
        Meter.CreateObservableGauge(
            "laichau.outbox.age",
            () => new Measurement<double>(state().Age.TotalSeconds, tags),
            "s",
            "Age of the oldest message not yet sent"
        );
        Meter.CreateObservableGauge(
            "laichau.outbox.waiting",
            () => new Measurement<int>(state().Waiting, tags),
            "{message}",
            "Messages not yet sent"
        );
        Meter.CreateObservableGauge(
            "laichau.outbox.parked",
            () => new Measurement<int>(state().Parked, tags),
            "{message}",
            "Messages that need a person"
        );
    }
}

internal sealed record OutboxState(TimeSpan Age, int Waiting, int Parked)
{
    public static readonly OutboxState Empty = new(TimeSpan.Zero, 0, 0);
}
