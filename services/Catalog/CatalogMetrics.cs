using System.Diagnostics.Metrics;

namespace LaiChau.Catalog;

internal static class CatalogMetrics
{
    private static readonly Meter Meter = new("LaiChau.Catalog");

    private static readonly Counter<long> PushBytes = Meter.CreateCounter<long>(
        "laichau.catalog.push.bytes",
        "By",
        "Content received, as blocks or as archives"
    );

    private static readonly Histogram<double> PublishDuration = Meter.CreateHistogram<double>(
        "laichau.catalog.publish.duration",
        "s",
        "From the approval (or the order to recall) to the signed metadata",
        advice: new() { HistogramBucketBoundaries = [0.5, 1, 2, 5, 10, 30, 60, 300, 1800] }
    );

    private static volatile IReadOnlyDictionary<string, int> releases = new Dictionary<string, int>();

    static CatalogMetrics() =>
        Meter.CreateObservableGauge(
            "laichau.catalog.releases",
            () =>
                releases.Select(r => new Measurement<int>(r.Value, new KeyValuePair<string, object?>("state", r.Key))),
            description: "Releases by state"
        );

    public static void Pushed(long bytes, string way) =>
        PushBytes.Add(bytes, new KeyValuePair<string, object?>("way", way));

    public static void Published(TimeSpan duration, string outcome) =>
        PublishDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public static void Count(IReadOnlyDictionary<string, int> byState) => releases = byState;
}
