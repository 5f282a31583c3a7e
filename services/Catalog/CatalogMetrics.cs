using System.Diagnostics.Metrics;
using LaiChau.Catalog.Plane;

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

    private static readonly Histogram<double> DeltaDuration = Meter.CreateHistogram<double>(
        "laichau.catalog.delta.duration",
        "s",
        "From the first byte read to the delta in the object store, by outcome: made, useless (no smaller than the pack)",
        advice: new() { HistogramBucketBoundaries = [0.5, 1, 2, 5, 10, 30, 60, 300, 1800] }
    );

    private static readonly Counter<long> DeltaBytes = Meter.CreateCounter<long>(
        "laichau.catalog.delta.bytes",
        "By",
        "Deltas made"
    );

    private static readonly Counter<long> DeltaFailures = Meter.CreateCounter<long>(
        "laichau.catalog.delta.failures",
        "{delta}",
        "Deltas that will never be made: points fetch those updates by ranges"
    );

    private static volatile IReadOnlyDictionary<string, int> releases = new Dictionary<string, int>();

    private static volatile IReadOnlyList<PlaneAnswer.Role> roles = [];

    static CatalogMetrics()
    {
        // Seen at zero first: an alert looks at the increase.
        DeltaFailures.Add(0);
        Meter.CreateObservableGauge(
            "laichau.catalog.releases",
            () =>
                releases.Select(r => new Measurement<int>(r.Value, new KeyValuePair<string, object?>("state", r.Key))),
            description: "Releases by state"
        );
        Meter.CreateObservableGauge(
            "laichau.catalog.metadata.expires",
            () => roles.Select(r => new Measurement<long>(r.Expires.ToUnixTimeSeconds(), Of(r))),
            "s",
            "When the signed metadata of a role expires, in Unix time"
        );
        Meter.CreateObservableGauge(
            "laichau.catalog.metadata.signable",
            () => roles.Where(r => r.Online).Select(r => new Measurement<int>(r.CanSign ? 1 : 0, Of(r))),
            description: "1 when the keys at hand suffice to sign an online role, else 0"
        );
    }

    public static void Pushed(long bytes, string way) =>
        PushBytes.Add(bytes, new KeyValuePair<string, object?>("way", way));

    public static void Published(TimeSpan duration, string outcome) =>
        PublishDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="duration">How long it took.</param>
    /// <param name="bytes">Null: the pack is no larger.</param>
    public static void DeltaMade(TimeSpan duration, long? bytes)
    {
        var outcome = new KeyValuePair<string, object?>("outcome", bytes is null ? "useless" : "made");
        DeltaDuration.Record(duration.TotalSeconds, outcome);
        DeltaBytes.Add(bytes ?? 0);
    }

    public static void DeltaFailed() => DeltaFailures.Add(1);

    public static void Plane(PlaneAnswer plane) => roles = plane.Roles;

    private static KeyValuePair<string, object?> Of(PlaneAnswer.Role role) => new("role", role.Name);

    public static void Count(IReadOnlyDictionary<string, int> byState) => releases = byState;
}
