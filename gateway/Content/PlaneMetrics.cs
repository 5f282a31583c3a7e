using System.Diagnostics.Metrics;

namespace LaiChau.Gateway.Content;

internal static class PlaneMetrics
{
    private static readonly Meter Meter = new("LaiChau.Gateway");
    private static readonly Counter<long> StoreCalls = Meter.CreateCounter<long>(
        "laichau.gateway.store_calls",
        "{call}",
        "Times the object store was asked for content"
    );
    private static readonly Counter<long> StoreBytes = Meter.CreateCounter<long>(
        "laichau.gateway.store_bytes",
        "By",
        "Content read from the object store"
    );

    public static void Called() => StoreCalls.Add(1);

    public static void Read(int bytes) => StoreBytes.Add(bytes);

    public static void Observe(LatestTimestamp latest, ObjectCache objects)
    {
        Meter.CreateObservableGauge(
            "laichau.gateway.held",
            () => latest.Held,
            "{request}",
            "Points that wait for the next timestamp"
        );
        Meter.CreateObservableGauge(
            "laichau.gateway.cached",
            () => objects.Bytes,
            "By",
            "Objects on the gateway's disk"
        );
    }
}
