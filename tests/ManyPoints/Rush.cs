using System.Diagnostics;
using LaiChau.Testing;

namespace LaiChau.ManyPoints;

/// <summary>
/// The worst that can befall a cache: everybody asks for an object before the store has given it. It is held back until all of them wait for it.
/// </summary>
public static class Rush
{
    private const int BytesBefore = 20_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    /// <summary>What the gateway must be told so that it waits, too; its own patience would end sooner.</summary>
    public static readonly KeyValuePair<string, string?> Setting = new("Gateway:StoreSeconds", "120");

    /// <summary>To be called before anybody asks; ends when the object is let go: when so many wait, or <paramref name="limit"/> is over.</summary>
    /// <returns>How many waited.</returns>
    public static async Task<int> Hold(StoreDoor door, string key, ServiceProcess gateway, int points, TimeSpan limit)
    {
        door.Hold(key, BytesBefore);
        var since = Stopwatch.StartNew();
        int waiting;
        while ((waiting = await GatewayMetrics.Waiting(gateway)) < points && since.Elapsed < limit)
        {
            await Task.Delay(Look);
        }
        door.LetGo(key);
        return waiting;
    }
}
